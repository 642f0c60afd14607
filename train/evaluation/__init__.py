"""Evaluation: metrics, calibration, reports, the model card."""
