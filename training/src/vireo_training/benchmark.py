"""What the features are worth: LightGBM on `vireo samples --freeze day`, judged on days after those it learnt from."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
from numpy.typing import NDArray

from vireo_training.ranking_quality import auc, gauc
from vireo_training.samples import Samples, read_samples

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ratio:
    """What one count is of another: names of features hold them in the same place."""

    part: str
    wholes: tuple[str, ...]  # the first that there is
    strength: float  # how much of the whole the mean of all weighs as much as


RATIOS = (
    Ratio("long_views", ("plays_of_known_length", "plays"), 5),
    Ratio("finishes", ("plays_of_known_length", "plays"), 5),
    Ratio("skips", ("plays_of_known_length", "plays"), 5),
    Ratio("watch_of_known_length_ms", ("length_ms",), 300_000),
)


@dataclass(frozen=True)
class Settings:
    """What was found to hold on days before those that it is judged on; several seeds even out their luck."""

    test_days: int = 2
    seeds: int = 4
    rounds: int = 500
    learning_rate: float = 0.03
    leaves: int = 15
    least_rows_in_leaf: int = 500
    l2: float = 50.0
    share_of_columns: float = 0.4
    share_of_rows: float = 0.8
    threads: int = 2


@dataclass(frozen=True)
class Quality:
    train_rows: int
    test_rows: int
    columns: int
    auc: float
    gauc: float


def measure(samples: Samples, settings: Settings) -> Quality:
    """Learns long views on all days but the last ones, and ranks those of the last ones.

    GAUC is by person and day, the group whose features were frozen together. Raises ValueError where there are not
    enough days.
    """
    days = np.unique(samples.day)
    if len(days) <= settings.test_days:
        raise ValueError(f"{len(days)} days are not enough to learn on some and to test on {settings.test_days}")
    test = samples.day >= days[-settings.test_days]  # [N]
    columns = model_columns(samples, ~test)
    rows = np.column_stack(list(columns.values()))  # [N, C]
    scores = np.zeros(int(test.sum()))
    for seed in range(settings.seeds):
        data = lightgbm.Dataset(
            rows[~test],
            samples.long_view[~test],
            feature_name=[f"c{at}" for at in range(len(columns))],
            categorical_feature=[list(columns).index("surface")],
        )
        booster = lightgbm.train(parameters(settings, seed), data, settings.rounds)
        scores += np.asarray(booster.predict(rows[test], num_threads=settings.threads))
    groups = samples.person * (int(days[-1]) + 1) + samples.day
    return Quality(
        train_rows=int((~test).sum()),
        test_rows=int(test.sum()),
        columns=len(columns),
        auc=auc(samples.long_view[test], scores),
        gauc=gauc(samples.long_view[test], scores, groups[test]),
    )


def model_columns(samples: Samples, train: NDArray[np.bool_]) -> dict[str, Floats]:
    """Counts become shares of what they are of, drawn to the mean of `train` where they are few; the wholes stay."""
    columns = dict(samples.features)
    for ratio in RATIOS:
        for name, parts in samples.features.items():
            whole = whole_of(name, ratio, samples.features)
            if whole is None:
                continue
            of = np.nan_to_num(samples.features[whole])
            part = np.nan_to_num(parts)
            mean = part[train].sum() / max(1.0, of[train].sum())
            columns[name] = (part + ratio.strength * mean) / (of + ratio.strength)
    return columns | {"length": samples.length_ms, "surface": samples.surface.astype(np.float64)}


def whole_of(name: str, ratio: Ratio, features: dict[str, Floats]) -> str | None:
    if ratio.part not in name:
        return None
    candidates = (name.replace(ratio.part, whole) for whole in ratio.wholes)
    return next((candidate for candidate in candidates if candidate in features), None)


def parameters(settings: Settings, seed: int) -> dict[str, object]:
    return {
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_rows_in_leaf,
        "lambda_l2": settings.l2,
        "feature_fraction": settings.share_of_columns,
        "bagging_fraction": settings.share_of_rows,
        "bagging_freq": 1,
        "num_threads": settings.threads,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


def main(arguments: list[str] | None = None) -> int:
    """0: both limits hold; 1: one does not, or the folder can't be used."""
    parser = argparse.ArgumentParser(prog="vireo_training.benchmark", description=__doc__)
    parser.add_argument("folder", type=Path, help="what `vireo samples --freeze day` has written")
    parser.add_argument(
        "--utc-offset", type=int, default=8, help="hours that days are ahead of UTC (default: %(default)s)"
    )
    parser.add_argument("--test-days", type=int, default=2, help="days at the end to test on (default: %(default)s)")
    parser.add_argument("--least-auc", type=float, default=0.750, help="limit (default: %(default)s)")
    parser.add_argument("--least-gauc", type=float, default=0.635, help="limit (default: %(default)s)")
    given = parser.parse_args(arguments)
    try:
        quality = measure(read_samples(given.folder, given.utc_offset), Settings(test_days=given.test_days))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{quality.train_rows:,} rows to learn from, {quality.test_rows:,} to test on, {quality.columns} columns")
    judged = [("AUC", quality.auc, given.least_auc), ("GAUC", quality.gauc, given.least_gauc)]
    for name, value, least in judged:
        print(f"{name:5} {value:.4f}  (at least {least:.3f}: {'holds' if value >= least else 'MISSED'})")
    return 0 if all(value >= least for _, value, least in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
