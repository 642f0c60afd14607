"""The sparse engine: an encoder whose units are mostly silent, read by those that are active."""
