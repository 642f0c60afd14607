"""Burrows's Delta on whole works (Burrows 2002, doi 10.1093/llc/17.3.267), by scikit-learn."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

from authorship.datamodels import Work

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
