"""Closed-form initialisation: a linear model written into an encoder, where training begins or ends."""
