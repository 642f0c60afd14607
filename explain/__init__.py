"""Which words made a model think so: attributions, comparisons, views."""

import authorship  # noqa: F401  # before all else: it says what an interrupt does while a command is loaded
