"""Training data as one small file of tokens, to carry to a borrowed machine.

`python -m train.pack --data DIR --tokenizer FOLDER --out FILE` packs the tokens of `train` and `unlabelled`
and the texts of the held-out works. `python -m train.pack --unpack FILE --data DIR` makes a data folder of
them, on which the training commands run with that tokenizer (DIR/tokenizer), but not with `--ngrams`.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_LZMA, BadZipFile, ZipFile

import numpy as np
import pandas as pd
from transformers import PreTrainedTokenizerFast

from authorship.commandline import run
from train.data.csv_files import PACKED_MARK, TRAIN_FILE, UNLABELLED_FILE, excerpt_chunks, excerpt_index
from train.data.sources import DataError
from train.data.split import held_out_works
from train.training.tokens import MANIFEST, cache_folder, cached_tokens, store_folder

FILES = (TRAIN_FILE, UNLABELLED_FILE)
AUTHORS, TOKENIZER = "authors.json", "tokenizer"
_NO_TEXT = "…"


def pack(data: Path, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Write the tokens of DATA's training files, what choices are made on, and the tokenizer to one file."""
    held_out = held_out_works(excerpt_index(data / TRAIN_FILE))
    with ZipFile(out, "w", ZIP_LZMA) as archive, tempfile.TemporaryDirectory() as scratch:
        tokenizer.save_pretrained(scratch)
        for part in sorted(Path(scratch).iterdir()):
            archive.write(part, f"{TOKENIZER}/{part.name}")
        if (data / AUTHORS).is_file():
            archive.write(data / AUTHORS, AUTHORS)
        for name in FILES:
            if (data / name).is_file():
                texts_of = held_out if name == TRAIN_FILE else frozenset()
                archive.writestr(name, _thin(data / name, texts_of))
                _pack_tokens(data / name, tokenizer, cache_folder(data, out.parent), archive)


def _thin(file: Path, texts_of: frozenset[tuple[str, str]]) -> bytes:
    """The CSV without the texts of all but some works."""
    parts = []
    for chunk in excerpt_chunks(file):
        works = zip(chunk["writer"], chunk["book"], strict=True)
        kept = pd.Series([work in texts_of for work in works], dtype=bool)
        parts.append(chunk.assign(text=chunk["text"].where(kept, _NO_TEXT)))
    buffer = BytesIO()
    pd.concat(parts, ignore_index=True).to_csv(buffer, index=False)
    return buffer.getvalue()


def _pack_tokens(file: Path, tokenizer: PreTrainedTokenizerFast, cache: Path, archive: ZipFile) -> None:
    """A store's ids, and its names as bits."""
    cached_tokens(file, tokenizer, cache)
    store = store_folder(file, tokenizer, cache)
    archive.write(store / MANIFEST, f"{file.stem}/{MANIFEST}")
    archive.write(store / "ids", f"{file.stem}/ids")
    names = np.fromfile(store / "names", dtype=np.bool_)
    archive.writestr(f"{file.stem}/names", np.packbits(names).tobytes())


def unpack(file: Path, data: Path) -> None:
    """Make a data folder of a packed file, its tokens where the training commands look for them.

    Raises:
        DataError: the file is none that `pack` wrote, or `data` holds something already.
    """
    if data.exists() and any(data.iterdir()):
        raise DataError(f"{data} is not empty: name a new folder to unpack into.")
    try:
        with ZipFile(file) as archive:
            small = [
                name
                for name in archive.namelist()
                if name in (*FILES, AUTHORS) or name.startswith(f"{TOKENIZER}/")
            ]
            archive.extractall(data, small)
            tokenizer = PreTrainedTokenizerFast.from_pretrained(data / TOKENIZER)
            for name in FILES:
                if name in small:
                    _unpack_tokens(archive, data / name, tokenizer)
    except (BadZipFile, KeyError) as error:
        raise DataError(f"{file} is no file of train.pack: {error}") from error
    (data / PACKED_MARK).touch()


def _unpack_tokens(archive: ZipFile, file: Path, tokenizer: PreTrainedTokenizerFast) -> None:
    store = store_folder(file, tokenizer, cache_folder(file.parent, file.parent))
    store.mkdir(parents=True)
    for part in (MANIFEST, "ids"):
        (store / part).write_bytes(archive.read(f"{file.stem}/{part}"))
    names = np.frombuffer(archive.read(f"{file.stem}/names"), dtype=np.uint8)
    np.unpackbits(names).tofile(store / "names")
    for absent in ("starts", "codes"):
        (store / absent).touch()


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, and pack or unpack."""
    parser = argparse.ArgumentParser(prog="python -m train.pack", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Folder of train_data.csv.")
    parser.add_argument("--tokenizer", help="Folder of the tokenizer.")
    parser.add_argument("--out", type=Path, help="File to write.")
    parser.add_argument("--unpack", type=Path, metavar="FILE", help="File to make the folder --data of.")
    options = parser.parse_args(arguments)
    if options.unpack:
        unpack(options.unpack, options.data)
    elif options.tokenizer and options.out:
        pack(options.data, PreTrainedTokenizerFast.from_pretrained(options.tokenizer), options.out)
    else:
        parser.error("either --unpack FILE, or --tokenizer FOLDER and --out FILE")
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
