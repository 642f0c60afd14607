"""The tab of authors: what speaks for each of them in both models, and a map of works."""
