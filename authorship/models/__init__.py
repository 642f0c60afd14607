"""Models: a bundle of weights, tokenizer, authors and calibration, and where it comes from."""
