"""Which words made a model think so: attributions, comparisons, views."""
