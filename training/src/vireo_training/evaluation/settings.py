"""What is judged, on what, and how."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import RetrievalData, Samples
from vireo_training.evaluation.increment_runs import RankerIncrements, TowerIncrements
from vireo_training.evaluation.protocols import Ranker, Retriever


@dataclass(frozen=True)
class EvaluationData:
    ranking: Samples
    """Features frozen by day: rankings within a person's day are judged in the group that was frozen together."""
    retrieval: RetrievalData


@dataclass(frozen=True)
class Lineup:
    """The rows of the tables, in order. The first ranker is the one whose calibration is told in detail."""

    rankers: tuple[Ranker, ...]
    retrievers: tuple[Retriever, ...]
    cold_retrievers: tuple[Retriever, ...]
    """Those that can say something of a video that nobody has seen."""
    increments: tuple[RankerIncrements | TowerIncrements, ...] = ()
    """What is compared with whole trainings, with one seed."""
    deterministic: frozenset[str] = frozenset()
    """Names of rows that a seed does not change: they are fitted once."""
    ranking_references: tuple[str, ...] = ()
    watch_references: tuple[str, ...] = ()
    retrieval_references: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvaluationSettings:
    last_days: int = 3  # tested on
    seeds: tuple[int, ...] = (1, 2, 3)
    draws: int = 1_000  # of the bootstrap
    draw_seed: int = 1
    few_plays: int = 5  # fewer make a new person
    few_positives: int = 300  # fewer to learn from make a rare head
    cold_share: float = 0.2  # of the videos
    few_rows: int = 500  # surfaces with fewer are told together
    most_watch_ms: int = 600_000  # watch time counts up to here
    simulated_rows: int = 40_000  # of the log in which tastes change; 0: none is made
    processes: int = 1  # that fit models side by side

    def quick(self) -> EvaluationSettings:
        """One day, one seed, coarser intervals: minutes instead of an hour."""
        return replace(self, last_days=1, seeds=self.seeds[:1], draws=300)


def days_to_test(days: NDArray[np.int64], last: int) -> tuple[int, ...]:
    """The last days. Raises ValueError where there are no two days before them, to learn from and to choose on."""
    found = np.unique(days)
    if len(found) < last + 2:
        raise ValueError(
            f"{len(found)} days are not enough to test on {last}: choosing needs one more, and learning another"
        )
    return tuple(int(day) for day in found[-last:])
