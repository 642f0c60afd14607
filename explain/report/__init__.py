"""A result to keep: as one HTML file, as JSON, and the coloured text that page and file share."""
