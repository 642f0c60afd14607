"""An author is found by key or by name, in either language, and never guessed."""

import pytest

from authorship.datamodels import Author
from authorship.errors import BundleError
from authorship.models.pair import find_author

AUTHORS = (
    Author("Gogol", 0, "Гоголь Н. В.", "Nikolai Gogol"),
    Author("LTolstoy", 1, "Толстой Л. Н.", "Leo Tolstoy"),
    Author("AKTolstoy", 2, "Толстой А. К.", "Aleksey K. Tolstoy"),
    Author("Solovyov", 3, "Соловьёв Вс. С.", "Vsevolod Solovyov"),
)


@pytest.mark.parametrize(
    ("named", "key"),
    [("Gogol", "Gogol"), ("gogol", "Gogol"), ("Гоголь", "Gogol"), ("Н. В. Гоголь", "Gogol"),
     ("Толстой Л.Н.", "LTolstoy"), ("leo tolstoy", "LTolstoy"),
     ("Соловьев", "Solovyov"), ("AKTolstoy", "AKTolstoy")],
)  # fmt: skip
def test_keys_and_names_are_understood(named: str, key: str) -> None:
    assert find_author(AUTHORS, named).key == key


@pytest.mark.parametrize(
    ("named", "said"), [("Толстой", "LTolstoy.*AKTolstoy"), ("Пушкин", "known are"), ("", "known are")]
)
def test_who_is_not_told_apart_is_not_guessed(named: str, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        find_author(AUTHORS, named)
