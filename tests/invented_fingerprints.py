"""Fingerprints of the random pair, made up by hand but for the models' hashes."""

import numpy as np

from authorship.models.bundle import ModelBundle
from authorship.models.digest import model_hash
from authorship.models.source import Role
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

HOSTILE = "<img src=x onerror=\"window.hit='img'\"> ${window.hit='dollar'} {{window.hit}}"


def invented_pair(teacher: ModelBundle, student: ModelBundle) -> PairFingerprints:
    """Two works an author; one word and one title are hostile."""
    return PairFingerprints(_model("teacher", teacher), _model("student", student))


def _model(role: Role, bundle: ModelBundle) -> ModelFingerprint:
    keys = tuple(author.key for author in bundle.authors)
    authors = tuple(_author(key, keys) for key in sorted(keys))
    return ModelFingerprint(role, model_hash(bundle), authors, _map(keys))


def _author(key: str, keys: tuple[str, ...]) -> AuthorFingerprint:
    words = (
        Trait(f"слово{key.lower()}", 2.0, 2, 2),
        Trait("Лукич", 1.5, 2, 2, True),
        Trait(HOSTILE, 1.0, 2, 2),
    )
    other = next(one for one in keys if one != key)
    return AuthorFingerprint(
        author=key,
        explained=2,
        works=2,
        left_out=1,
        names_share=0.25,
        f1=0.875,
        words=words,
        marks=(Trait("—", 0.5, 2, 2),),
        endings=(Trait("-лся", 0.4, 2, 2),),
        pieces=(),
        taken_for=(Confusion(other, 0.5),),
        given=(),
    )


def _map(keys: tuple[str, ...]) -> WorkMap:
    generator = np.random.default_rng(0)
    weights = tuple((float(x), float(y)) for x, y in generator.normal(size=(len(keys), 2)).round(3))
    works = tuple(
        MappedWork(key, title, place / len(keys), 0.1 * (place + number), 2)
        for place, key in enumerate(sorted(keys))
        for number, title in enumerate((f"Повесть {key}", HOSTILE))
    )
    methods = (MapMethod("PCA", 0.4), MapMethod("NCA", 0.5))
    return WorkMap("NCA", methods, 0.1, 0.9, Projection(keys, weights, (0.5, 0.2)), works)
