"""A result as a link that holds the text itself; packed and opened in the browser."""
