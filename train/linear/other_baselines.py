"""The field's usual baselines: Burrows's Delta on whole works, support vectors on excerpts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import LinearSVC

from authorship.datamodels import Work
from train.linear.ngram_features import Codes
from train.linear.ngrams import NgramModel, make_vocabulary, normalised

WORDS = 500


def delta_scores(
    training: Sequence[Work], works: Sequence[Work], keys: Sequence[str], words: int = WORDS
) -> NDArray[np.float64]:
    """Minus each work's Delta to each author, shape `(works, authors)`.

    Delta is the mean absolute difference of the z-scores of the commonest words' relative frequencies;
    an author is represented by the mean z-scores of their works.
    """
    frequencies: Pipeline = make_pipeline(
        CountVectorizer(max_features=words, token_pattern=r"(?u)\b\w+\b"), Normalizer("l1")
    )
    known = frequencies.fit_transform([work.text for work in training]).toarray()
    scaler = StandardScaler().fit(known)
    writers = np.array([work.author for work in training])
    z_scores = scaler.transform(known)
    profiles = np.stack([z_scores[writers == key].mean(axis=0) for key in keys])
    asked = scaler.transform(frequencies.transform([work.text for work in works]).toarray())
    scores: NDArray[np.float64] = -pairwise_distances(asked, profiles, metric="manhattan") / asked.shape[1]
    return scores


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
