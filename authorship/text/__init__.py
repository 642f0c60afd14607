"""Text: bytes to letters, letters folded, files of every format, and whether a text is prose at all."""
