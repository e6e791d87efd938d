"""Gradient boosted trees (Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", NeurIPS 2017), a
model a task, on the features that the network reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np
import torch
from numpy.typing import NDArray

from vireo_training.data import Samples, Videos
from vireo_training.ranking.features import FeatureTransform, fit_features
from vireo_training.ranking.settings import TASKS, TreeSettings

Floats = NDArray[np.float32]

CATEGORIES = [0]  # columns: the surface


@dataclass(frozen=True)
class LightGbmRanker:
    videos: Videos = field(repr=False)
    settings: TreeSettings = field(default_factory=TreeSettings)
    tasks: tuple[str, ...] = TASKS
    name: str = "LightGBM"
    prepares: Callable[[str], None] = field(default=lambda what: None, repr=False)  # told of each task

    def choose(self, train: Samples, validation: Samples, seed: int) -> dict[str, int]:
        """Rounds of each task, where the log loss of the last day was least."""
        columns = TreeColumns.of(train, self.videos)
        parameters = self.parameters(seed)
        rows, held = BinnedRows(columns(train), parameters), columns(validation)
        rounds = {}
        for task in self.tasks:
            labels = validation.labels[task]
            known = ~np.isnan(labels)
            if has_both_outcomes(train.labels[task]) and known.any():
                data = rows.labelled(train.labels[task])
                judged = lightgbm.Dataset(held[known], labels[known], reference=data)
                stop = lightgbm.early_stopping(self.settings.patience, verbose=False)
                booster = lightgbm.train(parameters, data, self.settings.most_rounds, [judged], callbacks=[stop])
                rounds[task] = max(1, booster.best_iteration)
        return rounds

    def fit(self, train: Samples, choice: Any, seed: int) -> FittedTrees:
        columns = TreeColumns.of(train, self.videos)
        parameters = self.parameters(seed)
        rows = BinnedRows(columns(train), parameters)
        boosters = {}
        for at, (task, rounds) in enumerate(choice.items(), 1):
            self.prepares(f"trees of {task}, {at} of {len(choice)}")
            boosters[task] = lightgbm.train(parameters, rows.labelled(train.labels[task]), rounds)
        return FittedTrees(columns, boosters, threads_of(self.settings))

    def parameters(self, seed: int) -> dict[str, object]:
        settings = self.settings
        return {
            "objective": "binary",
            "learning_rate": settings.learning_rate,
            "num_leaves": settings.leaves,
            "min_data_in_leaf": settings.least_rows_in_leaf,
            "lambda_l2": settings.l2,
            "feature_fraction": settings.share_of_columns,
            "bagging_fraction": settings.share_of_rows,
            "bagging_freq": 1,
            "num_threads": threads_of(settings),
            "seed": seed,
            "deterministic": True,
            "force_col_wise": True,  # a thread reads the columns of a tree only, which are a part
            "verbose": -1,
        }


@dataclass(frozen=True)
class TreeColumns:
    person_transform: FeatureTransform
    item_transform: FeatureTransform
    lengths_ms: Floats  # [V]

    @classmethod
    def of(cls, train: Samples, videos: Videos) -> TreeColumns:
        person = fit_features(train.person_features, train.person_values)
        return cls(person, fit_features(train.item_features, train.item_values), videos.lengths_ms)

    def __call__(self, rows: Samples) -> Floats:
        """[N, C]."""
        with torch.no_grad():
            person = self.person_transform(torch.from_numpy(rows.person_values)).numpy()
            item = self.item_transform(torch.from_numpy(rows.item_values)).numpy()
        others = (rows.surface, rows.hour_of_day, rows.weekday, self.lengths_ms[rows.video])
        return np.column_stack([*(each.astype(np.float32) for each in others), person, item])


class BinnedRows:
    """Rows [N, C] that are put into bins once for all tasks whose labels are known of the same rows."""

    def __init__(self, rows: Floats, parameters: dict[str, object]) -> None:
        self.rows, self.parameters = rows, parameters
        self.data: dict[bytes, lightgbm.Dataset] = {}

    def labelled(self, labels: Floats) -> lightgbm.Dataset:
        """Labels [N]; NaN is unknown. It is in use until the next one is asked for."""
        known = ~np.isnan(labels)
        kind = known.tobytes()
        if kind not in self.data:
            data = lightgbm.Dataset(self.rows[known], categorical_feature=CATEGORIES, params=self.parameters)
            self.data[kind] = data.construct()
        return self.data[kind].set_label(labels[known])


@dataclass(frozen=True)
class FittedTrees:
    columns: TreeColumns
    boosters: Mapping[str, lightgbm.Booster]
    threads: int

    def predict(self, rows: Samples) -> dict[str, NDArray[np.float64]]:
        columns = self.columns(rows)
        return {
            task: np.asarray(booster.predict(columns, num_threads=self.threads))
            for task, booster in self.boosters.items()
        }


def threads_of(settings: TreeSettings) -> int:
    """Where processes fit side by side, each has one: threads that wait for each other's cores only spin."""
    return min(settings.threads, torch.get_num_threads())


def has_both_outcomes(labels: Floats) -> bool:
    return bool(0 < np.nansum(labels) < (~np.isnan(labels)).sum())
