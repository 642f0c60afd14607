"""The book tab: a whole text read in overlapping passages by both models, and what follows from it."""
