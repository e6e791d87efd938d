"""`python -m vireo_training ablations`: what each part of the models is worth, on a day before the judged ones."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from vireo_training.ablations.rankers import D2Q, ranker_variants
from vireo_training.ablations.tables import ranking_table, retrieval_table, watch_table
from vireo_training.ablations.towers import tower_variants
from vireo_training.config import Config, read_config
from vireo_training.data import Export, ExportError, read_export
from vireo_training.evaluation.all_runs import CHOICE, RANKING, RETRIEVAL, AllRuns, Named
from vireo_training.evaluation.evaluate import iso
from vireo_training.evaluation.markdown_tables import table_parts
from vireo_training.evaluation.progress import to_stderr
from vireo_training.evaluation.quick import quick_config
from vireo_training.evaluation.ranking_runs import rows_to_test
from vireo_training.evaluation.report import ABLATIONS
from vireo_training.evaluation.results import Results, to_json
from vireo_training.evaluation.retrieval_runs import retrieval_day
from vireo_training.evaluation.saved_runs import Arrays, digest
from vireo_training.evaluation.settings import EvaluationSettings

REFERENCE = "as configured"

ABOUT = """\
# Ablations

Each row is the training `{reference}` with one thing changed, tested on {day}, a day before those that models are
judged on, by networks of all days before it. To be cheap, models learn for half of the epochs, rankers without
a teacher, all with seed {seed}; nothing is chosen, nothing calibrated. Differences are paired, with intervals of
95 % from {draws:,} draws of people; they do not tell the luck of the seed, and with so many rows one in twenty leaves 0
by chance. Made by `python -m vireo_training ablations`.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day-samples", type=Path, required=True, help="samples frozen by day: ranking")
    parser.add_argument("--page-samples", type=Path, required=True, help="samples frozen by page: retrieval")
    parser.add_argument("--report", type=Path, required=True, help="folder for ablations.md and ablations.json")
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps runs, so that it can go on")
    parser.add_argument("--config", type=Path, help="JSON with settings; unknown ones stop the run")
    parser.add_argument("--judged-days", type=int, default=3, help="last days, left alone (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of each training (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=1, help="that train side by side (default: %(default)s)")


def run(given: argparse.Namespace) -> None:
    """Raises ValueError or RuntimeError with what to do about it."""
    config = read_config(given.config)
    to_stderr(f"Reading {given.day_samples} and {given.page_samples}")
    by_day = read_export(given.day_samples, config.utc_offset_hours)
    by_page = read_export(given.page_samples, config.utc_offset_hours)
    days = np.unique(by_day.samples.day)
    if len(days) < given.judged_days + 2:
        raise ExportError(f"{len(days)} days are not enough to learn on, to test on, and to leave {given.judged_days}")
    day = int(days[-given.judged_days - 1])
    settings = replace(EvaluationSettings(), seeds=(given.seed,), processes=given.processes)
    results = ablations(by_day, by_page, config, day, settings, given.work)
    given.report.mkdir(parents=True, exist_ok=True)
    (given.report / "ablations.json").write_text(to_json(results), encoding="utf-8")
    (given.report / ABLATIONS).write_text(markdown(results), encoding="utf-8")
    print(f"report: {given.report / ABLATIONS}")


def ablations(
    by_day: Export, by_page: Export, config: Config, day: int, settings: EvaluationSettings, work: Path
) -> Results:
    base = quick_config(config)
    (seed,) = settings.seeds
    rankers = ranker_variants(base.ranking, by_day.videos, REFERENCE)
    towers = tower_variants(base.retrieval, REFERENCE)
    asked = retrieval_day(by_page.retrieval, day)
    test = by_day.samples.on(day)
    data_digest = digest(by_day.samples, by_page.samples)
    planned: dict[str, Sequence[Named]] = {RANKING: rankers, RETRIEVAL: towers}
    runs = AllRuns.plan(
        planned, frozenset(), {day: iso(day)}, (seed,), work, data_digest, to_stderr, settings.processes
    )
    made_by_rankers = runs.all_of(
        RANKING, rankers, lambda each, day, seed, _: unchosen(each.made(by_day.samples, day, seed))
    )
    made_by_towers = runs.all_of(
        RETRIEVAL, towers, lambda each, day, seed, _: unchosen(each.made(by_page.retrieval, asked, seed))
    )
    of_rankers = {row: seeds[0][0] for row, seeds in made_by_rankers.items()}
    rows = rows_to_test(by_day.samples, by_day.videos.lengths_ms, [day])
    tables = (
        ranking_table(test, of_rankers, REFERENCE, settings),
        *watch_table(rows, of_rankers, (REFERENCE, D2Q), settings),
        retrieval_table(asked, {row: seeds[0][0] for row, seeds in made_by_towers.items()}, REFERENCE, settings),
    )
    return Results(
        days=(iso(day),),
        seeds=settings.seeds,
        draws=settings.draws,
        samples=len(test),
        people=len(np.unique(test.person)),
        data_digest=data_digest,
        tables=tables,
        figures=(),
        choices=(),
        refused_for_policy_value="",
    )


def unchosen(arrays: Arrays) -> Arrays:
    return {CHOICE: np.array("null"), **arrays}


def markdown(results: Results) -> str:
    about = ABOUT.format(
        reference=REFERENCE,
        day=results.days[0],
        seed=results.seeds[0],
        draws=results.draws,
    )
    parts = [about.rstrip()]
    for table in results.tables:
        parts += [f"## {table.section}", *table_parts(table)]
    return "\n\n".join(parts) + "\n"
