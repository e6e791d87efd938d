"""What the features are worth: gradient-boosted trees on `vireo samples --freeze day`, judged on days after those they
learnt from."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vireo_training.data import Samples, Videos, read_export
from vireo_training.evaluation.ranking_quality import auc, gauc
from vireo_training.ranking.baselines.lightgbm import LightGbmRanker
from vireo_training.ranking.settings import TreeSettings

TASK = "long_view"
SEEDS = (1, 2, 3, 4)
"""Several even out their luck."""
TREES = TreeSettings()


@dataclass(frozen=True)
class Quality:
    train_rows: int
    test_rows: int
    auc: float
    gauc: float
    """By person and day, the group whose features were frozen together."""


def measure(samples: Samples, videos: Videos, test_days: int, trees: TreeSettings = TREES) -> Quality:
    """Learns long views on all days but the last ones, rounds chosen on the last of them, and ranks those of the last.

    Raises ValueError where there are not enough days.
    """
    days = np.unique(samples.day)
    if len(days) < test_days + 2:
        raise ValueError(f"{len(days)} days are not enough to learn on some, choose on one and test on {test_days}")
    train, test = samples.before(int(days[-test_days])), samples.where(samples.day >= days[-test_days])
    test = test.where(~np.isnan(test.labels[TASK]))
    ranker = LightGbmRanker(videos, trees, (TASK,))
    last = int(days[-test_days - 1])
    choice = ranker.choose(train.before(last), train.on(last), SEEDS[0])
    scores = np.mean([ranker.fit(train, choice, seed).predict(test)[TASK] for seed in SEEDS], axis=0)  # [N]
    viewed = test.labels[TASK] == 1
    groups = test.person * (int(days[-1]) + 1) + test.day
    return Quality(
        train_rows=int((~np.isnan(train.labels[TASK])).sum()),
        test_rows=len(test),
        auc=auc(viewed, scores),
        gauc=gauc(viewed, scores, groups),
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="what `vireo samples --freeze day` has written")
    parser.add_argument(
        "--utc-offset", type=int, default=8, help="hours that days are ahead of UTC (default: %(default)s)"
    )
    parser.add_argument("--test-days", type=int, default=2, help="days at the end to test on (default: %(default)s)")
    parser.add_argument("--least-auc", type=float, default=0.750, help="limit (default: %(default)s)")
    parser.add_argument("--least-gauc", type=float, default=0.635, help="limit (default: %(default)s)")


def run(given: argparse.Namespace) -> None:
    """Raises ValueError where a limit does not hold, or the folder can't be used."""
    export = read_export(given.folder, given.utc_offset)
    quality = measure(export.samples, export.videos, given.test_days)
    print(f"{quality.train_rows:,} rows to learn from, {quality.test_rows:,} to test on")
    judged = (("AUC", quality.auc, given.least_auc), ("GAUC", quality.gauc, given.least_gauc))
    for name, value, least in judged:
        print(f"{name:5} {value:.4f}  (at least {least:.3f}: {'holds' if value >= least else 'MISSED'})")
    missed = [name for name, value, least in judged if value < least]
    if missed:
        raise ValueError(f"the features are worth less than they should be: {' and '.join(missed)}")
