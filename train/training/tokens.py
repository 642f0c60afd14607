"""Whole works as token streams, from which training cuts random crops, and their cache on disk.

It is read through the page cache, so that memory does not grow with the corpus. Plain arrays that NumPy maps
do for this what an Arrow table would: training only ever reads slices of five columns, and a graphics card's
machine need not have Arrow. All processes of a machine share the pages.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from transformers import PreTrainedTokenizerFast

from authorship import encode
from authorship.datamodels import Work
from authorship.encode import read_tokens
from authorship.text import letters, names
from authorship.text.names import name_spans
from train.data.csv_files import stream_works
from train.linear.ngram_features import symbol_codes


@dataclass(frozen=True, slots=True)
class TokenisedWork:
    """One work's tokens: `starts[i]` is token `i`'s first character, `codes` the characters' symbols.

    Shapes `(tokens,)`, but `codes` `(characters,)`; `names` is true where a token belongs to a name.
    """

    author: str
    title: str
    ids: NDArray[np.integer]
    starts: NDArray[np.int32]
    names: NDArray[np.bool_]
    codes: NDArray[np.uint8]


def characters(work: TokenisedWork, crop: slice) -> int:
    """How many characters a crop of tokens covers, up to the next token."""
    end = int(work.starts[crop.stop]) if crop.stop < len(work.starts) else len(work.codes)
    return end - int(work.starts[crop.start])


def tokenise(works: Iterable[Work], tokenizer: PreTrainedTokenizerFast) -> Iterator[TokenisedWork]:
    """Every work's tokens, without special ones."""
    for work in works:
        parts = list(read_tokens(work.text, tokenizer))
        if sum(len(ids) for ids, _ in parts):
            ids = np.concatenate([ids for ids, _ in parts]).astype(np.int32)
            starts = np.concatenate([places[:, 0] for _, places in parts]).astype(np.int32)
            names = _inside(starts, name_spans(work.text))
            yield TokenisedWork(
                work.author, work.title, ids, starts, names, symbol_codes(work.text).astype(np.uint8)
            )


def _inside(starts: NDArray[np.int32], spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which of the characters at `starts` lie in one of the `spans`, both ascending."""
    if not spans:
        return np.zeros(len(starts), dtype=np.bool_)
    begins, ends = np.array(spans).T
    span = np.searchsorted(begins, starts, side="right") - 1
    inside: NDArray[np.bool_] = (span >= 0) & (starts < ends[np.maximum(span, 0)])
    return inside


logger = logging.getLogger(__name__)
MANIFEST = "manifest.json"
_CODE_POINTS = 0x3000
_KEPT = 4
_SMALL_VOCABULARY = 2**16


def cache_folder(data: Path, out: Path) -> Path:
    """DATA/.cache, or OUT/.cache where DATA cannot be written to."""
    for parent in (data, out):
        folder = parent / ".cache"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise PermissionError(f"Neither {data} nor {out} can be written to: name another --out.")


def cached_tokens(file: Path, tokenizer: PreTrainedTokenizerFast, cache: Path) -> list[TokenisedWork]:
    """The works of a CSV file, tokenised once for each content of the file and each tokenizer."""
    folder = store_folder(file, tokenizer, cache)
    if not folder.is_dir():
        logger.warning("Tokenising %s.", file)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".part-") as part:
            fresh = Path(part) / "tokens"
            write_tokens(tokenise(stream_works(file, Path(part)), tokenizer), fresh, len(tokenizer))
            _move(fresh, folder)
        _forget_old(cache, file.stem)
    folder.touch()
    return open_tokens(folder)


def store_folder(file: Path, tokenizer: PreTrainedTokenizerFast, cache: Path) -> Path:
    """Where the tokens of this content of a file and this tokenizer stand, or will."""
    return cache / f"{file.stem}-{_fingerprint(file, tokenizer)}"


def _move(fresh: Path, folder: Path) -> None:
    """Put `fresh` in its place at once; where another process was faster, its equal result stays."""
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _forget_old(cache: Path, stem: str) -> None:
    """Keep the stores of one file that were used last: each newly trained tokenizer makes another."""
    stores = sorted(cache.glob(f"{stem}-*"), key=lambda store: store.stat().st_mtime, reverse=True)
    for store in stores[_KEPT:]:
        shutil.rmtree(store, ignore_errors=True)


def _fingerprint(file: Path, tokenizer: PreTrainedTokenizerFast) -> str:
    """A name for what the tokens depend on: the text, the tokenizer, and the code that makes the columns."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    digest.update(tokenizer.backend_tokenizer.to_str().encode())
    digest.update(symbol_codes("".join(map(chr, range(_CODE_POINTS)))).tobytes())
    modules = [Path(__file__), Path(str(names.__file__)), Path(str(encode.__file__))]
    for module in (*modules, *sorted(Path(str(letters.__file__)).parent.glob("*.py"))):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:20]


def column_types(vocabulary: int) -> dict[str, DTypeLike]:
    """The columns of a store; `codes` counts characters, the others tokens."""
    ids = np.uint16 if vocabulary <= _SMALL_VOCABULARY else np.int32
    return {"ids": ids, "starts": np.int32, "names": np.bool_, "codes": np.uint8}


def write_tokens(works: Iterable[TokenisedWork], folder: Path, vocabulary: int) -> None:
    """Write the works one after another: a file a column, and a manifest that says where each work ends."""
    folder.mkdir(parents=True)
    types = column_types(vocabulary)
    places: list[tuple[str, str, int, int]] = []
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in types}
        for work in works:
            for name, kind in types.items():
                files[name].write(getattr(work, name).astype(kind).tobytes())
            places.append((work.author, work.title, len(work.ids), len(work.codes)))
    manifest = {"vocabulary": vocabulary, "works": places}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def open_tokens(folder: Path) -> list[TokenisedWork]:
    """The works of a store, their arrays mapped into memory."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    ids, starts, names_, codes = (
        _map(folder / name, kind) for name, kind in column_types(manifest["vocabulary"]).items()
    )
    works, token, character = [], 0, 0
    for author, title, size, characters in manifest["works"]:
        own, text = slice(token, token + size), slice(character, character + characters)
        works.append(TokenisedWork(author, title, ids[own], starts[own], names_[own], codes[text]))
        token, character = token + size, character + characters
    return works


def _map(file: Path, kind: DTypeLike) -> NDArray[Any]:
    """A read-only view of a whole file, which NumPy would refuse were it empty."""
    if not file.stat().st_size:
        return np.empty(0, dtype=kind)
    return np.asarray(np.memmap(file, dtype=kind, mode="r"))
