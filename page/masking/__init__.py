"""The excerpt put to the test: words masked, author held against author, results taken away."""
