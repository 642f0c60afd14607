"""Prediction: logits to calibrated probabilities, texts of any length, one verdict of both models."""
