"""One model for texts of any length, from an excerpt to the longest book."""

import time
from functools import cached_property

from authorship.bundle import ModelBundle
from authorship.compiled import compile_bundle
from authorship.datamodels import Prediction, RollingAttribution
from authorship.prediction import predict
from authorship.rolling import read_along
from authorship.whole import summarise

# What the page still takes for an excerpt; both give such a text the same probabilities.
LONGEST_EXCERPT = 100_000


class WorkReader:
    """A model and, once the first long text comes, its compiled copy."""

    def __init__(self, bundle: ModelBundle) -> None:
        self.bundle = bundle

    @cached_property
    def _compiled(self) -> ModelBundle:
        return compile_bundle(self.bundle)

    def predict(self, text: str) -> Prediction:
        """Who wrote `text`; a book streams through, so that its length takes no memory to speak of.

        Raises:
            TextError: the text holds no token.
        """
        return predict(self.bundle, text) if len(text) <= LONGEST_EXCERPT else self.read(text).whole

    def read(self, text: str) -> RollingAttribution:
        """Every window of `text`, side by side, and the verdict on the whole.

        Raises:
            TextError: the text holds no token.
        """
        started = time.perf_counter()
        passages = tuple(read_along(self._compiled, text, overlap=0.0))
        return summarise(self._compiled, passages, time.perf_counter() - started)
