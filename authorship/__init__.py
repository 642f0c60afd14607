"""Whose prose is this: texts, model bundles and predictions."""
