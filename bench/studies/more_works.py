"""What more works teach: `python -m bench.studies.more_works --data DIR --pieces DIR [--folds N]`.

The linear model of `train.pieces`, with the tokenizer of the folder `--pieces`, is fitted without the usual
held-out works and those of another seed, some of which are the same, and without one of the two alone, and
scored on what it left out; scale and temperature are chosen on the works scored, for every fit alike. One
JSON object a fit and fold; `test` is not read.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from authorship.commandline import positive, run
from train.config import PieceArguments
from train.data.csv_files import TRAIN_FILE, excerpt_index, held_out_excerpts
from train.data.split import held_out_works
from train.evaluation.metrics import macro_f1
from train.linear.piece_model import fit_pieces
from train.linear.scores import score_frame
from train.pieces import choose, reader
from train.training.stage import prose_tokenizer, training_works, unlabelled_works
from train.training.validation import log_loss

Works = frozenset[tuple[str, str]]


def fits(arguments: PieceArguments, folds: int) -> Iterator[dict[str, object]]:
    """The figures of every fit on every fold that it left out."""
    file = Path(arguments.data) / TRAIN_FILE
    tokenizer = prose_tokenizer(arguments.tokenizer, frozenset(), arguments)
    read, others = reader(tokenizer), unlabelled_works(tokenizer, arguments)
    usual, *more = (held_out_works(excerpt_index(file), seed) for seed in range(folds + 1))

    def measured(left_out: Works, name: str, scored: dict[str, Works]) -> Iterator[dict[str, object]]:
        works = training_works(left_out, tokenizer, arguments)
        model = fit_pieces(works, others, arguments.pairs)
        for fold, chosen in scored.items():
            excerpts = held_out_excerpts(file, chosen)
            choices = choose(model, read, excerpts)
            logits = score_frame(model.scaled(choices.scale), read, excerpts)
            predicted = logits.logits.argmax(axis=1)
            yield {
                "scored_on": fold,
                "held_out": name,
                "tokens": sum(len(work.ids) for work in works),
                "macro_f1": round(macro_f1(logits.truth, predicted), 4),
                "accuracy": round(float((predicted == logits.truth).mean()), 4),
                "log_loss": round(log_loss(logits, choices.temperature), 4),
            }

    yield from measured(usual, "fold 0", {"fold 0": usual})
    for number, fold in enumerate(more, start=1):
        both = {"fold 0": usual, f"fold {number}": fold}
        yield from measured(usual | fold, " and ".join(both), both)
        yield from measured(fold, f"fold {number}", {f"fold {number}": fold})


def main(argv: Sequence[str] | None = None) -> int:
    """Print one JSON object a fit and fold."""
    parser = argparse.ArgumentParser(prog="python -m bench.studies.more_works", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--pieces", default="runs/mine/pieces", metavar="DIR", help="its tokenizer is taken")
    parser.add_argument("--folds", type=positive, default=2, help="beside the usual one")
    options = parser.parse_args(argv)
    arguments = PieceArguments(data=options.data, tokenizer=options.pieces)
    for figures in fits(arguments, options.folds):
        print(json.dumps(figures), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
