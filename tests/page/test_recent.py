"""What is remembered, and what is forgotten first."""

from page.recent import Recent


def test_the_value_unused_for_longest_is_forgotten() -> None:
    recent: Recent[str, int] = Recent(4, len)
    recent.keep("aa", 1)
    recent.keep("bb", 2)
    assert recent.find("aa") == 1
    recent.keep("cc", 3)
    assert (recent.find("aa"), recent.find("bb"), recent.find("cc")) == (1, None, 3)


def test_a_value_heavier_than_all_is_kept_alone() -> None:
    recent: Recent[str, int] = Recent(4, len)
    recent.keep("aa", 1)
    recent.keep("too heavy", 2)
    assert (recent.find("aa"), recent.find("too heavy")) == (None, 2)


def test_a_value_is_computed_once() -> None:
    recent: Recent[str, list[int]] = Recent(4, len)
    assert recent.get("a", list) is recent.get("a", list)
    recent.keep("a", [1])
    assert recent.get("a", list) == [1]
