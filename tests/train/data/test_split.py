"""Whole works are held out, and no author is robbed of too much."""

import pandas as pd

from train.data.split import LARGEST_SHARE, held_out_works, split_frame


def library() -> pd.DataFrame:
    sizes = {"Alpha": [30, 3, 4, 20, 5], "Beta": [10, 10], "Gamma": [50]}
    rows = [
        (writer, f"book {number}", "текст")
        for writer, books in sizes.items()
        for number, size in enumerate(books)
        for _ in range(size)
    ]
    return pd.DataFrame(rows, columns=["writer", "book", "text"])


def test_whole_works_on_one_side_only():
    frame = library()
    training, validation = split_frame(frame, held_out_works(frame))
    works = [set(zip(part["writer"], part["book"], strict=True)) for part in (training, validation)]
    assert not works[0] & works[1]
    assert len(training) + len(validation) == len(frame)


def test_only_authors_who_can_spare_a_work_are_held_out():
    frame = library()
    held_out = held_out_works(frame)
    assert {writer for writer, _ in held_out} == {"Alpha"}
    share = sum(frame["book"].isin([book for _, book in held_out]) & (frame["writer"] == "Alpha")) / 62
    assert 0 < share <= LARGEST_SHARE


def test_the_same_seed_holds_out_the_same():
    assert held_out_works(library()) == held_out_works(library())
