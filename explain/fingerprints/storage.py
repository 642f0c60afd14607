"""Fingerprints as one JSON file, and back."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from authorship.errors import AuthorshipError
from explain.fingerprints.datamodels import (
    AuthorFingerprint,
    Confusion,
    MapMethod,
    MappedWork,
    ModelFingerprint,
    PairFingerprints,
    Projection,
    Trait,
    WorkMap,
)

FINGERPRINTS_FILE = "fingerprints.json"
_VERSION = 1


def save(pair: PairFingerprints, data: str, file: Path) -> None:
    """Write a pair's fingerprints; `data` names what they were measured on. The file is replaced whole."""
    models = {one.role: _from_model(one) for one in (pair.teacher, pair.student) if one}
    content = {"version": _VERSION, "data": data, "models": models}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    text = text.replace('{"author":', '\n{"author":')  # a line an author, for those who read the changes
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".new")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(file)


def load(file: Path) -> PairFingerprints:
    """Read what `save` wrote.

    Raises:
        AuthorshipError: the file is missing, damaged, or of another version.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(f"it is of version {content['version']}, this program reads {_VERSION}")
        models = {role: _to_model(role, value) for role, value in content["models"].items()}
        return PairFingerprints(**models)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "make it anew with `python -m explain.fingerprints`"
        raise AuthorshipError(f"{file} holds no fingerprints ({error}): {remedy}.") from error


def _from_model(one: ModelFingerprint) -> dict[str, Any]:
    authors = [asdict(author) | _from_traits(author) for author in one.authors]
    return {"model": one.model, "authors": authors, "map": one.map and _from_map(one.map)}


def _from_traits(author: AuthorFingerprint) -> dict[str, Any]:
    """Traits and confusions as short lists."""
    kinds = {"words": author.words, "marks": author.marks, "endings": author.endings, "pieces": author.pieces}
    traits = {name: [_from_trait(trait) for trait in many] for name, many in kinds.items()}
    pairs = {"taken_for": author.taken_for, "given": author.given}
    return traits | {
        name: [[one.author, round(one.share, 4)] for one in many] for name, many in pairs.items()
    }


def _from_trait(trait: Trait) -> list[str | float]:
    return [trait.text, round(trait.score, 4), trait.works, trait.excerpts, int(trait.name)]


def _from_map(drawn: WorkMap) -> dict[str, Any]:
    works = [[work.author, work.title, work.x, work.y, work.excerpts] for work in drawn.works]
    return asdict(drawn) | {"works": works}


def _to_model(role: Any, value: dict[str, Any]) -> ModelFingerprint:
    authors = tuple(_to_author(author) for author in value["authors"])
    drawn = None if value["map"] is None else _to_map(value["map"])
    return ModelFingerprint(role, str(value["model"]), authors, drawn)


def _to_author(value: dict[str, Any]) -> AuthorFingerprint:
    traits = {name: tuple(map(_to_trait, value[name])) for name in ("words", "marks", "endings", "pieces")}
    pairs = {name: tuple(Confusion(*pair) for pair in value[name]) for name in ("taken_for", "given")}
    return AuthorFingerprint(**value | traits | pairs)


def _to_trait(value: list[Any]) -> Trait:
    text, score, works, excerpts, name = value
    return Trait(str(text), float(score), int(works), int(excerpts), bool(name))


def _to_map(value: dict[str, Any]) -> WorkMap:
    projection = value["projection"]
    x, y = projection["offset"]
    weights = tuple((float(row[0]), float(row[1])) for row in projection["weights"])
    return WorkMap(
        method=str(value["method"]),
        methods=tuple(MapMethod(**method) for method in value["methods"]),
        chance=float(value["chance"]),
        ceiling=float(value["ceiling"]),
        projection=Projection(tuple(projection["labels"]), weights, (float(x), float(y))),
        works=tuple(MappedWork(*work) for work in value["works"]),
    )
