"""`app.py -> explain -> authorship <- train`: the imports themselves are read, and say so."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("authorship", "explain", "train", "page")
SOURCES = sorted(
    [*PROJECT.glob("*.py"), *(file for name in PACKAGES for file in (PROJECT / name).rglob("*.py"))]
)

FORBIDDEN = {
    "authorship": {"explain", "train", "page", "app"},
    "train": {"explain", "page", "app"},
    "explain": {"train", "page", "app"},
    "page": {"train", "app"},
}
ONLY_IN = {
    "gradio": {"app", "page"},
    "captum": {"explain"},
    "wandb": {"train"},
    "kaggle": {"train"},
    "datasketch": {"train"},
    "pymorphy3": {"authorship", "explain"},
    "sklearn": {"train"},
    "pandas": {"train"},
    "accelerate": {"train"},
}
# Nobody but who scores a library needs a cluster's software.
ONLY_UNDER = {"ray": "authorship/library/", "pyarrow": "authorship/library/", "fsspec": "authorship/library/"}
# `train/` must run on a bare GPU machine, where these are not installed.
NEVER_AT_TOP_OF_TRAIN = {"gradio", "captum", "wandb", "kaggle"}
TRAINER_NAMES = {"Trainer", "TrainingArguments", "Seq2SeqTrainer"}


def package_of(file: Path) -> str:
    return file.relative_to(PROJECT).parts[0].removesuffix(".py")


def imports(nodes: Iterator[ast.AST]) -> Iterator[tuple[str, str]]:
    """The top-level package of each import, and the name taken from it."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((str(node.module).split(".")[0], alias.name) for alias in node.names)


def eager(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run at import: all but the bodies of functions and `if TYPE_CHECKING`."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not typing_only and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))


def all_imports(file: Path) -> set[tuple[str, str]]:
    return set(imports(ast.walk(ast.parse(file.read_text(encoding="utf-8")))))


@pytest.fixture(params=SOURCES, ids=lambda file: str(file.relative_to(PROJECT)))
def source(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_the_packages_are_found() -> None:
    assert {"authorship", "train", "explain"} <= {package_of(file) for file in SOURCES}


def test_no_package_imports_upwards_or_sideways(source: Path) -> None:
    imported = {package for package, _ in all_imports(source)}
    assert not imported & FORBIDDEN.get(package_of(source), set())


def test_each_library_stays_where_it_belongs(source: Path) -> None:
    imported = {package for package, _ in all_imports(source)}
    strayed = {name for name in imported & set(ONLY_IN) if package_of(source) not in ONLY_IN[name]}
    assert not strayed


def test_the_cluster_stays_in_the_library(source: Path) -> None:
    imported = {package for package, _ in all_imports(source)}
    path = source.relative_to(PROJECT).as_posix()
    assert not {name for name in imported & set(ONLY_UNDER) if not path.startswith(ONLY_UNDER[name])}


def test_training_imports_its_clients_only_when_it_needs_them(source: Path) -> None:
    if package_of(source) == "train":
        tree = ast.parse(source.read_text(encoding="utf-8"))
        assert not {package for package, _ in imports(eager(tree))} & NEVER_AT_TOP_OF_TRAIN


def test_the_trainer_stays_in_training(source: Path) -> None:
    if package_of(source) != "train":
        assert (
            not {name for package, name in all_imports(source) if package == "transformers"} & TRAINER_NAMES
        )


def test_every_import_is_absolute(source: Path) -> None:
    nodes = ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level]


def test_this_test_sees_a_wrong_import() -> None:
    wrong = ast.parse(
        "def f():\n    import wandb.sdk\ntry:\n    from kaggle.api import x\nfinally:\n    pass"
    )
    assert set(imports(ast.walk(wrong))) == {("wandb", "wandb.sdk"), ("kaggle", "x")}
    assert set(imports(eager(wrong))) == {("kaggle", "x")}
