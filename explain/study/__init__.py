"""`python -m explain.study`: how far the explanations of a pair can be trusted, measured on many excerpts."""
