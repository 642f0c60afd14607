"""The works nearest to a text by all of each model's scores, as HTML that page and saved file share."""

from collections.abc import Iterable, Mapping

from authorship.datamodels import Author, NearestWorks, NearWork
from authorship.numerals import decimal
from authorship.predict.verdict import spoken_name
from explain.report.highlights import escape
from explain.report.wording import DocumentWords

EACH = 3  # works of each model; both together name three to six

Distances = dict[tuple[str, str], dict[str, float]]


def render_nearest(
    nearest: Mapping[str, NearestWorks | None],
    authors: Iterable[Author],
    words: DocumentWords,
    named: Author | None = None,
) -> str:
    """A table of the works nearest to a text, with each model's distance, and what such a distance means.

    `nearest` are by "teacher" and "student". Nothing where no model brings works. Where none of the works is
    by the author whom the verdict has `named`, it says how that may be.
    """
    found = {role: one for role, one in nearest.items() if one and one.works}
    known = {author.key: author for author in authors}
    if not found:
        return ""
    limits = {role: max(work.distance for work in one.works) for role, one in found.items()}
    apart_of = _rows(found, limits)
    heads = "".join(f'<th scope="col">{escape(words.roles[role])}</th>' for role in found)
    rows = "".join(
        f'<tr><th scope="row"><cite lang="ru">{escape(title)}</cite> '
        f"<span>{escape(_name(key, known, words))}</span></th>"
        + "".join(f"<td>{_distance(apart.get(role), limits[role], words)}</td>" for role in found)
        + "</tr>"
        for (key, title), apart in apart_of.items()
    )
    other = ""
    if named and all(key != named.key for key, _ in apart_of):
        other = words.nearest_other.format(author=spoken_name(named, words.language))
    said = " ".join(filter(None, (other, _meaning(found, len(known), words))))
    return (
        f'<div class="nearest"><h3>{escape(words.nearest_title)}</h3><table><thead><tr>'
        f'<th scope="col">{escape(words.nearest_work)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        f'<p class="facts">{escape(said)}</p></div>'
    )


def _rows(found: Mapping[str, NearestWorks], limits: Mapping[str, float]) -> Distances:
    """The works that either model has among its nearest three, by their mean distance.

    One that the other model has not among its nearest counts as far as the last of these, in `limits`.
    """
    shown = [_key(work) for one in found.values() for work in one.works[:EACH]]
    apart: Distances = {key: {} for key in shown}
    for role, one in found.items():
        for work in one.works:
            if _key(work) in apart:
                apart[_key(work)][role] = work.distance
    return dict(sorted(apart.items(), key=lambda row: sum(row[1].get(role, limits[role]) for role in found)))


def _key(work: NearWork) -> tuple[str, str]:
    return work.author, work.title


def _name(key: str, authors: Mapping[str, Author], words: DocumentWords) -> str:
    return spoken_name(authors[key], words.language) if key in authors else key


def _distance(apart: float | None, limit: float, words: DocumentWords) -> str:
    """A distance with two decimals; of a work not among the model's nearest, that it is beyond the last."""
    sign, shown = ("", apart) if apart is not None else ("&gt;\u00a0", limit)
    return sign + decimal(shown, 2, words)


def _meaning(found: Mapping[str, NearestWorks], authors: int, words: DocumentWords) -> str:
    """What the distance compares, and how often the nearest work at such a distance is the author's."""
    said = [words.nearest_meaning.format(authors=authors)]
    shares = [
        words.nearest_share.format(role=words.roles[role].lower(), count=_of_hundred(one.right))
        for role, one in found.items()
        if one.right is not None
    ]
    if shares:
        said.append(words.nearest_right.format(shares=", ".join(shares)))
    return " ".join(said)


def _of_hundred(share: float) -> int:
    """So many of a hundred, never all: what was measured was never certain."""
    return min(round(100 * share), 99)
