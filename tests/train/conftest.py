"""An invented library, and a Kaggle that holds a small archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kaggle_server import Kaggle, serve_kaggle
from tests.train.invented import write_library


@pytest.fixture
def kaggle() -> Iterator[Kaggle]:
    """A server that holds a small archive in the original's layout, its third column `book_name`."""
    with serve_kaggle() as state:
        state.offer({"train_data.csv": state.rows(3, 3), "test_data.csv": state.rows(2, 2, seed=1)})
        yield state


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `train.corpus` leaves it: three invented authors of six works."""
    folder = tmp_path_factory.mktemp("data")
    write_library(folder)
    return folder
