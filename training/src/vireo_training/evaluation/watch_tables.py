"""Tables of predictions of watch time."""

from collections.abc import Mapping, Sequence

import numpy as np

from vireo_training.evaluation import measures
from vireo_training.evaluation.bootstrap import mean_over
from vireo_training.evaluation.calibration_quality import quantile_bins
from vireo_training.evaluation.ranking_quality import Floats
from vireo_training.evaluation.ranking_runs import Predictions, TestRows
from vireo_training.evaluation.results import Column, Table
from vireo_training.evaluation.tables import Values, table
from vireo_training.evaluation.watch_quality import pair_counts, pair_counts_within

SECTION = "Watch time"
DECILES = 10


def watch_tables(
    rows: TestRows,
    predictions: Mapping[str, Sequence[Predictions]],
    references: Sequence[str],
    weights: Floats,
    most_watch_ms: int,
) -> list[Table]:
    """Of rows whose watch time and length are known; none where nothing predicts watch time."""
    predicting = {
        row: [seed["watch_ms"] for seed in seeds]
        for row, seeds in predictions.items()
        if all("watch_ms" in seed for seed in seeds)
    }
    known = ~np.isnan(rows.labels["watch_ms"]) & (rows.length_ms > 0)
    if not predicting or not known.any():
        return []
    watch_s = np.minimum(rows.labels["watch_ms"][known], most_watch_ms) / 1000
    person = rows.person[known]
    decile = quantile_bins(rows.length_ms[known], DECILES)
    parts = [decile == at for at in range(DECILES)]
    by_row: dict[str, Values] = {}
    maes: dict[str, Values] = {}
    xaucs: dict[str, Values] = {}
    for row, seeds in predicting.items():
        of_seeds = [np.minimum(seed[known], most_watch_ms) / 1000 for seed in seeds]
        errors = [np.abs(watch_s - predicted) for predicted in of_seeds]
        within = [pair_counts_within(watch_s, predicted, decile) for predicted in of_seeds]
        by_row[row] = [
            mean_over([measures.mean(person, error) for error in errors], weights),
            mean_over([measures.xauc(person, pair_counts(watch_s, predicted)) for predicted in of_seeds], weights),
            mean_over([measures.xauc(person, counts) for counts in within], weights),
        ]
        maes[row] = [
            mean_over([measures.mean(person[part], error[part]) for error in errors], weights) for part in parts
        ]
        xaucs[row] = [
            mean_over([measures.xauc(person[part], counts.where(part)) for counts in within], weights) for part in parts
        ]
    lengths = [rows.length_ms[known][part] / 1000 for part in parts]
    spans = [f"{own.min():.0f}–{own.max():.0f} s" if len(own) else "–" for own in lengths]
    columns = [
        Column("MAE, s", "lower", 3),
        Column("XAUC", "higher"),
        Column("XAUC within deciles of length", "higher"),
    ]
    counted = f"{len(watch_s):,} rows, watch time up to {most_watch_ms // 1000} s"
    return [
        table(SECTION, f"All lengths: {counted}", columns, by_row, references, plot="watch-time"),
        table(SECTION, "MAE in s by decile of length", [Column(each, "lower", 2) for each in spans], maes, references),
        table(SECTION, "XAUC by decile of length", [Column(each, "higher") for each in spans], xaucs, references),
    ]
