"""The models of a study: the pair as it is, with other baselines, and students that know nothing."""

from dataclasses import dataclass

from authorship.bundle import ModelBundle
from authorship.compiled import compile_bundle
from authorship.reference import Role
from explain.study.variants import Baseline, baselines_of, with_baseline, with_shuffled_weights

SHUFFLES = 3


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is, and with the baselines that it is compared with."""

    role: Role
    bundle: ModelBundle
    variants: dict[Baseline, ModelBundle]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Both models, and students with shuffled weights."""

    teacher: Model
    student: Model
    shuffled: tuple[ModelBundle, ...]


def prepare(teacher: ModelBundle, student: ModelBundle, seed: int) -> Subjects:
    """Copy and compile what the study needs; the shuffled students' seeds follow `seed`."""
    shuffled = tuple(with_shuffled_weights(student, seed + number) for number in range(SHUFFLES))
    return Subjects(_to_model("teacher", teacher), _to_model("student", student), shuffled)


def _to_model(role: Role, bundle: ModelBundle) -> Model:
    variants = {kind: with_baseline(bundle, kind) for kind in baselines_of(bundle)}
    return Model(role, compile_bundle(bundle), variants)
