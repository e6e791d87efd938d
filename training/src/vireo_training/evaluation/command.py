"""`python -m vireo_training evaluate`: models against baselines on the last days of a log, as a report."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from vireo_training.config import Config, read_config
from vireo_training.data import ExportError, History, Videos, read_export
from vireo_training.evaluation.evaluate import evaluate
from vireo_training.evaluation.increment_runs import RankerIncrements, TowerIncrements
from vireo_training.evaluation.precisions import precision_tables
from vireo_training.evaluation.progress import to_stderr
from vireo_training.evaluation.quick import NOTE, quick_config, quick_data, quick_lineup
from vireo_training.evaluation.report import write_report
from vireo_training.evaluation.settings import EvaluationData, EvaluationSettings, Lineup
from vireo_training.ranking import lineup as ranking
from vireo_training.retrieval import lineup as retrieval

QUICK = (
    "the last days, one seed, half of the epochs without a teacher, the rows that matter most, nothing of cold videos"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--day-samples", type=Path, required=True, help="what `vireo samples --freeze day` has written: ranking"
    )
    parser.add_argument(
        "--page-samples", type=Path, required=True, help="what `vireo samples --freeze page` has written: retrieval"
    )
    parser.add_argument("--report", type=Path, required=True, help="folder for Markdown, JSON and plots")
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps runs, so that it can go on")
    parser.add_argument("--config", type=Path, help="JSON with settings; unknown ones stop the run")
    parser.add_argument(
        "--registry",
        type=Path,
        default=Path("models"),
        help="of the newest feed model in it, precisions are told (default: %(default)s)",
    )
    parser.add_argument("--quick", action="store_true", help=f"minutes instead of hours: {QUICK}")
    parser.add_argument("--seeds", type=int, default=3, help="of each training (default: %(default)s)")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="that fit models side by side (default: %(default)s)"
    )


def run(given: argparse.Namespace) -> None:
    """Raises ValueError or RuntimeError with what to do about it."""
    config = read_config(given.config)
    to_stderr(f"Reading {given.day_samples} and {given.page_samples}")
    by_day = read_export(given.day_samples, config.utc_offset_hours)
    by_page = read_export(given.page_samples, config.utc_offset_hours)
    if by_day.samples.people.tolist() != by_page.samples.people.tolist():
        raise ExportError(f"{given.day_samples} and {given.page_samples} are not of the same log; make both again")
    data = EvaluationData(by_day.samples, by_page.retrieval)
    settings = replace(EvaluationSettings(), seeds=tuple(range(1, given.seeds + 1)), processes=given.processes)
    if given.quick:
        config, data, settings = quick_config(config), quick_data(data), settings.quick()
    lineup = lineup_of(config, by_page.videos, by_page.history)
    results = evaluate(data, quick_lineup(lineup) if given.quick else lineup, settings, given.work)
    tables = (*results.tables, *precision_tables(given.registry))
    write_report(replace(results, tables=tables, note=NOTE if given.quick else ""), given.report)
    print(f"report: {given.report / 'README.md'}")


def lineup_of(config: Config, videos: Videos, history: History) -> Lineup:
    retrievers = retrieval.retrievers_of(config.retrieval)
    # What freshness is worth is asked, of four whole trainings more: they need not be the best.
    half = quick_config(config)
    return Lineup(
        rankers=ranking.rankers_of(videos, history, config.ranking),
        retrievers=retrievers,
        cold_retrievers=retrievers[:1],
        increments=(
            RankerIncrements(half.ranking, config.increment, config.utc_offset_hours),
            TowerIncrements(half.retrieval, config.increment, config.utc_offset_hours),
        ),
        deterministic=ranking.DETERMINISTIC | retrieval.DETERMINISTIC,
        ranking_references=("LightGBM", "single-task"),
        watch_references=("median by length", "D2Q"),
        retrieval_references=(retrieval.EASE, retrieval.EASE_TIMES_POPULARITY),
    )
