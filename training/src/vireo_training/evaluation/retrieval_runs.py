"""Fits each retriever for each test day and seed, and keeps where it ranked what people went on to watch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Queries, RetrievalData, Samples, queries_of
from vireo_training.data.retrieval import without_recent
from vireo_training.evaluation.all_runs import CHOICE
from vireo_training.evaluation.protocols import Retriever
from vireo_training.evaluation.ranking_quality import Bools, Ints
from vireo_training.evaluation.ranking_runs import last_day_before
from vireo_training.evaluation.retrieval_quality import Found, find
from vireo_training.evaluation.saved_runs import Arrays

FIRST = 100  # videos that are looked at for breadth


@dataclass(frozen=True)
class RetrievalDay:
    """What one test day asks: P people in ascending order, who had a long view of a video that was new to them."""

    day: int
    queries: Queries  # P
    masked: tuple[Ints, Ints]  # rows of queries and videos: displayed before
    relevant: tuple[Ints, Ints]  # rows of queries and videos to be found
    videos: Bools  # [V], those that are ranked


def retrieval_day(data: RetrievalData, day: int, cold: Bools | None = None) -> RetrievalDay:
    """With `cold` [V], every event of these videos is withheld, and they are ranked among themselves."""
    videos = np.ones(len(data.videos), dtype=np.bool_) if cold is None else cold
    person, video = data.relevant_on(day)
    person, video = person[videos[video]], video[videos[video]]
    people, row = np.unique(person, return_inverse=True)
    shown_person, shown_video = data.before(day).shown()
    was_asked = np.isin(shown_person, people) & videos[shown_video]
    samples = data.samples if cold is None else remembering_none_of(data.samples, cold)
    return RetrievalDay(
        day=day,
        queries=queries_of(samples, day, people),
        masked=(np.searchsorted(people, shown_person[was_asked]), shown_video[was_asked]),
        relevant=(row, video),
        videos=videos,
    )


def known_before(data: RetrievalData, day: int, cold: Bools | None = None) -> RetrievalData:
    """All that may be learnt from to retrieve on a day."""
    return data.before(day) if cold is None else data.before(day).without(cold)


def remembering_none_of(samples: Samples, cold: Bools) -> Samples:
    """All samples, cold ones too, as people ask for a feed on any; but their lists know nothing of cold videos."""
    return replace(samples, **without_recent(samples, cold))


def retrieve_day(
    retriever: Retriever, known: RetrievalData, asked: RetrievalDay, seed: int, chosen: str | None = None
) -> Arrays:
    """Chooses on the last day before, fits on all before, ranks. Raises ValueError for scores of another shape."""
    told = chosen or json.dumps(retriever.choose(known, last_day_before(known.samples, asked.day), seed))
    scores = retriever.fit(known, asked.day, json.loads(told), seed).scores(asked.queries)  # [P, V]
    expected = (len(asked.queries), len(asked.videos))
    if scores.shape != expected:
        raise ValueError(f"{retriever.name} gives scores of shape {scores.shape}, not {expected}")
    place = np.cumsum(asked.videos) - 1  # [V], among those that are ranked
    found = find(
        scores[:, asked.videos],
        (asked.masked[0], place[asked.masked[1]]),
        (asked.relevant[0], place[asked.relevant[1]]),
        FIRST,
    )
    return {CHOICE: np.array(told), "person": found.person, "rank": found.rank, "first": found.first}


def found_of(arrays: Arrays) -> Found:
    """`first` counts among the videos that were ranked."""
    return Found(arrays["person"], arrays["rank"], arrays["first"])  # type: ignore[arg-type]


def cold_videos(ids: NDArray[np.object_], share: float) -> Bools:
    """A share of the videos [V], by a hash of their ids: the same in every run."""

    def chance(video: str) -> float:
        return int.from_bytes(hashlib.sha256(video.encode()).digest()[:8]) / 2**64

    return np.array([chance(str(video)) < share for video in ids], dtype=np.bool_)
