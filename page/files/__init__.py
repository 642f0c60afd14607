"""The tab of many files: read one after another into a table, which can be saved as CSV."""
