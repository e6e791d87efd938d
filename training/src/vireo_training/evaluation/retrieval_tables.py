"""Tables of how much retrievers find, and how broadly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vireo_training.evaluation import measures
from vireo_training.evaluation.bootstrap import Measure, mean_over
from vireo_training.evaluation.ranking_quality import Bools, Floats, GroupValues, Ints
from vireo_training.evaluation.results import Column, Curve, Estimate, Figure, Row, Table
from vireo_training.evaluation.retrieval_quality import Found, breadth, ndcgs, recalls
from vireo_training.evaluation.retrieval_runs import FIRST, RetrievalDay
from vireo_training.evaluation.tables import Values

COLUMNS = (
    Column("Recall@20", "higher"),
    Column("Recall@100", "higher"),
    Column("Recall@1000", "higher"),
    Column("nDCG@20", "higher"),
)
JUDGED: tuple[Callable[[Found], GroupValues], ...] = (
    lambda found: recalls(found, 20),
    lambda found: recalls(found, 100),
    lambda found: recalls(found, 1000),
    lambda found: ndcgs(found, 20),
)
CURVE = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

FoundByRow = Mapping[str, Sequence[Sequence[Found]]]
"""By row of the table: for each seed, for each day."""


@dataclass(frozen=True)
class Asked:
    """The people of all test days."""

    people: int  # P, different ones
    person: tuple[Ints, ...]  # for each day, of those who ask on it: 0 to P − 1
    is_new: tuple[Bools, ...]  # for each day, of those who ask on it
    to_find: int  # pairs of all days

    @property
    def everybody(self) -> tuple[Bools, ...]:
        return tuple(np.ones(len(day), dtype=np.bool_) for day in self.person)


def asked_on(days: Sequence[RetrievalDay], few_plays: int) -> Asked:
    people = np.unique(np.concatenate([day.queries.person for day in days]))
    return Asked(
        people=len(people),
        person=tuple(np.searchsorted(people, day.queries.person) for day in days),
        is_new=tuple((day.queries.recent_videos >= 0).sum(axis=1) < few_plays for day in days),
        to_find=sum(len(day.relevant[0]) for day in days),
    )


def retrieval_values(found: FoundByRow, asked: Asked, among: Sequence[Bools], weights: Floats) -> dict[str, Values]:
    """Under each draw, all of COLUMNS for each row of the table, of some of those who ask on each day."""

    def pooled(days: Sequence[Found], judged: Callable[[Found], GroupValues]) -> Measure:
        people, values = [], []
        for day, person, included in zip(days, asked.person, among, strict=True):
            of_day = judged(day)
            asking = day.person[of_day.row]
            people.append(person[asking[included[asking]]])
            values.append(of_day.value[included[asking]])
        return measures.mean(np.concatenate(people), np.concatenate(values))

    return {
        row: [mean_over([pooled(days, judged) for days in seeds], weights) for judged in JUDGED]
        for row, seeds in found.items()
    }


def breadth_table(section: str, found: FoundByRow, creators: Ints) -> Table:
    """`creators` [V] are numbers. Means over days and seeds."""
    videos = np.arange(len(creators))

    def mean_breadth(seeds: Sequence[Sequence[Found]], groups: Ints) -> Estimate:
        return Estimate(float(np.mean([breadth(day.first, groups) for days in seeds for day in days])))

    return Table(
        section=section,
        title=f"Share of {len(videos):,} videos and of {int(creators.max()) + 1:,} creators in anybody's first {FIRST}",
        columns=(Column("videos", "none", 3), Column("creators", "none", 3)),
        rows=tuple(
            Row(row, (mean_breadth(seeds, videos), mean_breadth(seeds, creators))) for row, seeds in found.items()
        ),
    )


def recall_figure(section: str, name: str, title: str, found: FoundByRow) -> Figure:
    """Recall by k; means over all days and seeds."""

    def recall(seeds: Sequence[Sequence[Found]], k: int) -> float:
        return float(np.mean(np.concatenate([recalls(day, k).value for days in seeds for day in days])))

    curves = tuple(
        Curve(row, tuple(float(k) for k in CURVE), tuple(recall(seeds, k) for k in CURVE))
        for row, seeds in found.items()
    )
    return Figure(section, name, title, "recall", curves)
