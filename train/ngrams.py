"""A linear model over character n-grams and words, hard to beat on long literary excerpts."""

from dataclasses import dataclass

import numpy as np

from train.additive import AdditiveModel, Codes, Scores
from train.ngram_features import families
from train.stream import TokenisedWork, characters


@dataclass(frozen=True, slots=True)
class NgramModel(AdditiveModel):
    """Units are characters; a feature that stands `c` times weighs `1 + ln(c)` times as much as one."""

    def unit_scores(self, codes: Codes) -> Scores:
        """Every character's share of every author's score, shape `(characters, authors)`."""
        scores = np.zeros((len(codes), len(self.keys)), dtype=np.float32)
        for features, places in families(codes):
            unique, inverse, counts = np.unique(features, return_inverse=True, return_counts=True)
            share = ((1 + np.log(counts)) / counts).astype(np.float32)
            weights = self.weights[self.rows(unique)] * share[:, None]
            scores[places] += weights[inverse]
        return scores

    def token_scores(self, work: TokenisedWork, crop: slice) -> Scores:
        """Each token's share, shape `(tokens, authors)`.

        A token owns the characters from its start to the next token's. How often a feature stands is counted
        with as much around the crop as makes a text of the fitted ones' length.
        """
        starts = work.starts[crop]
        begin, end = int(starts[0]), int(starts[0]) + characters(work, crop)
        around = max(int(self.length) - (end - begin), 0) // 2
        first = max(begin - around, 0)
        codes = work.codes[first : end + around].astype(np.int64)
        scores = self.unit_scores(codes)[begin - first : end - first]
        summed: Scores = np.add.reduceat(scores, starts - starts[0], axis=0)
        return summed

    def units(self, work: TokenisedWork, crop: slice) -> int:
        """How many characters a crop covers."""
        return characters(work, crop)
