"""Tokenised works on disk, read through the page cache, so that memory does not grow with the corpus.

Plain arrays that NumPy maps do for this what an Arrow table would: training only ever reads slices of five
columns, and a graphics card's machine need not have Arrow. All processes of a machine share the pages.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from transformers import PreTrainedTokenizerFast

from authorship.encode import tokens
from authorship.text import letters, names
from train.data.csv_files import stream_works
from train.linear.ngram_features import symbol_codes
from train.training import stream
from train.training.stream import TokenisedWork, tokenise

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
    folding = sorted(Path(str(letters.__file__)).parent.glob("*.py"))
    for module in (*(Path(str(one.__file__)) for one in (names, stream, tokens)), *folding):
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
