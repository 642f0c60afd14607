"""Whether two texts are by one hand: a calibrated likelihood ratio, for authors whom no model knows too."""
