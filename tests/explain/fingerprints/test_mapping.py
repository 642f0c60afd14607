"""The map of works: places are the stored projection's, and its quality is measured."""

import numpy as np
import pytest

from authorship.datamodels import Excerpt
from authorship.models.bundle import ModelBundle
from explain.fingerprints.mapping import make_map, neighbours
from explain.fingerprints.measure import Read, Subject

AUTHORS = ("Gamma", "Alpha", "Delta", "Beta")


def reads(spread: float = 0.3) -> list[Read]:
    """Three works an author of one to three excerpts, whose logits lie about the author's own."""
    generator = np.random.default_rng(3)
    found = []
    for label, author in enumerate(AUTHORS):
        for work in range(3):
            for _ in range(work + 1):
                logits = 4 * np.eye(4)[label] + generator.normal(scale=spread, size=4)
                found.append(Read(Excerpt(author, f"Книга {work}", ""), tuple(logits.tolist())))
    return found


@pytest.fixture
def subject(tiny_bundle: ModelBundle) -> Subject:
    return Subject("teacher", tiny_bundle, "hash", {})


def test_a_works_excerpts_land_where_the_file_says(subject: Subject) -> None:
    drawn = make_map(subject, reads())
    assert drawn is not None
    for work in drawn.works:
        own = [
            read.logits
            for read in reads()
            if (read.excerpt.author, read.excerpt.work) == (work.author, work.title)
        ]
        assert work.excerpts == len(own)
        places = drawn.projection.place(np.array(own))
        assert places.mean(axis=0) == pytest.approx([work.x, work.y], abs=1e-3)


def test_authors_who_differ_stand_apart(subject: Subject) -> None:
    drawn = make_map(subject, reads(0.1))
    assert drawn is not None
    best = next(method for method in drawn.methods if method.name == drawn.method)
    assert best.neighbours == max(method.neighbours for method in drawn.methods)
    assert best.neighbours > 0.9 and drawn.ceiling > 0.9 > 2 * drawn.chance
    assert {work.x for work in drawn.works} >= {0.0, 1.0}


def test_logits_without_an_author_in_them_give_no_better_map_than_chance(subject: Subject) -> None:
    """The measure leaves each work out, so that a projection cannot please itself."""
    generator = np.random.default_rng(0)
    noise = [
        Read(Excerpt(AUTHORS[work % 4], str(work), ""), tuple(generator.normal(size=4).tolist()))
        for work in range(40)
    ]
    drawn = make_map(subject, noise)
    assert drawn is not None
    assert all(abs(method.neighbours - drawn.chance) < 0.15 for method in drawn.methods)


def test_an_only_work_has_no_neighbour_to_find() -> None:
    places = np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0]])
    assert neighbours(places, np.array([0, 0, 1])) == 1.0
    assert neighbours(places, np.array([0, 1, 2])) == 0.0


def test_two_works_are_no_map(subject: Subject) -> None:
    assert make_map(subject, [read for read in reads() if read.excerpt.author == "Beta"]) is None
