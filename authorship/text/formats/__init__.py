"""Book files: plain text, FictionBook, EPUB and Word, whole or damaged, and never beyond the limits."""
