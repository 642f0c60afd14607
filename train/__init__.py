"""From books to a trained pair: corpus, training, evaluation."""
