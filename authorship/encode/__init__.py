"""Encoding: a text's tokens, and the windows that a model reads them in."""
