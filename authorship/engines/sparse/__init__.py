"""The sparse engine: an encoder whose units are mostly inactive, computed from those that are active."""
