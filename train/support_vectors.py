"""The field's usual linear baseline: support vectors, one excerpt one vote, on the same features."""

from collections.abc import Sequence

import numpy as np
from sklearn.svm import LinearSVC

from train.ngram_counts import make_vocabulary, normalised
from train.ngram_features import Codes
from train.ngrams import NgramModel


def fit_support_vectors(texts: Sequence[Codes], writers: Sequence[str], size: int = 300_000) -> NgramModel:
    """One machine an author against all others, classes balanced; untuned, as it is most often used."""
    keys = tuple(sorted(set(writers)))
    vocabulary = make_vocabulary(texts, size)
    features, scale = normalised(texts, vocabulary)
    labels = np.array(writers)
    machines = [
        LinearSVC(class_weight="balanced", tol=1e-2, max_iter=200).fit(features, labels == key)
        for key in keys
    ]
    weights = np.stack([machine.coef_[0] for machine in machines], axis=1) * scale[:, None]
    return NgramModel(
        keys,
        vocabulary.features,
        np.concatenate([weights, np.zeros((1, len(keys)))]).astype(np.float32),
        np.array([machine.intercept_[0] for machine in machines], dtype=np.float32),
        float(np.median([len(codes) for codes in texts])),
    )
