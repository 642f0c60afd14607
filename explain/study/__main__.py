"""`python -m explain.study --data CSV --out DIR`: can the explanations of a pair be trusted?"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from authorship.commandline import positive, run
from authorship.datamodels import Excerpt
from authorship.models.pair import open_pair
from authorship.models.source import FORMS, default_reference
from explain.agreement import measured_as, save_scale
from explain.study.measure import measure_excerpt, record_key
from explain.study.records import Settings, StudyLog
from explain.study.report import draw_plots, render_report
from explain.study.subjects import Subjects, prepare, sample_excerpts
from explain.study.summary import save_study, summarise, to_scale

RECORDS, REPORT, STUDY = "excerpts.jsonl", "report.md", "study.json"


@dataclass(frozen=True, slots=True)
class Options:
    """The command line."""

    data: Path
    out: Path
    excerpts: int
    teacher: str
    student: str
    seed: int
    keep: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the report, print it.

    Raises:
        AuthorshipError: the data, a bundle or an earlier run in the folder cannot be used.
    """
    options = _parse_options(arguments)
    excerpts = sample_excerpts(options.data, options.excerpts, options.seed)
    teacher, student = open_pair(options.teacher, options.student)
    settings = Settings(measured_as(teacher), measured_as(student), options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    with StudyLog(options.out / RECORDS, settings) as log:
        if any(record_key(excerpt) not in log.records for excerpt in excerpts):
            fill(prepare(teacher, student, options.seed), excerpts, log, options.seed)
        records = [log.records[record_key(excerpt)] for excerpt in excerpts]
    summary = summarise(records, settings, str(options.data))
    save_study(summary, options.out / STUDY)
    save_scale(to_scale(summary), options.out)
    draw_plots(records, summary, options.out)
    report = render_report(summary, records)
    (options.out / REPORT).write_text(report, encoding="utf-8")
    if options.keep:
        save_scale(to_scale(summary), Path(options.student).expanduser())
    print(report, end="")
    return 0


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m explain.study",
        description="Measure how far the explanations of a pair can be trusted; interrupted, it goes on.",
    )
    parser.add_argument("--data", metavar="CSV", type=Path, required=True, help="columns writer, book, text")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="for results and report")
    parser.add_argument("--excerpts", metavar="N", type=positive, default=68, help="default: 68")
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="default: 0")
    parser.add_argument(
        "--keep", action="store_true", help="write agreement.json beside the student too, for the page"
    )
    options = Options(**vars(parser.parse_args(arguments)))
    if options.seed < 0:
        parser.error("--seed must be 0 or more")
    if options.keep and not Path(options.student).expanduser().is_dir():
        parser.error("--keep needs a --student that is a folder")
    return options


def fill(subjects: Subjects, excerpts: Sequence[Excerpt], log: StudyLog, seed: int) -> None:
    """Measure what is not known yet; each result is kept as soon as it is there."""
    for number, excerpt in enumerate(excerpts, 1):
        if record_key(excerpt) in log.records:
            continue
        started = time.perf_counter()
        log.add(measure_excerpt(subjects, excerpt, seed))
        took = time.perf_counter() - started
        print(f"{number} of {len(excerpts)}: {excerpt.author}, {took:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run(main))
