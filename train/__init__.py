"""From books to a trained pair: corpus, training, evaluation."""

import authorship  # noqa: F401  # before PyTorch is: it tells its threads how to wait
