"""What retrieval learns from: requests, and the videos that came of them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import History, Samples
from vireo_training.data.samples import RECENT
from vireo_training.retrieval.popularity import HISTORY_PARTS, PopularityByDay
from vireo_training.retrieval.settings import RetrievalSettings

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

WATCHED, LONG_VIEW, LENGTH_KNOWN, LIKE, UNTIMED = 1, 4, 32, 64, 8192
"""Bits of outcomes, as in server/src/people/outcomes.ts."""


@dataclass(frozen=True)
class Examples:
    """Q requests, each with up to K videos that came of it and up to K that were displayed in vain."""

    recent_videos: Ints  # [Q, 50] into the catalogue, newest first; -1 none
    recent_outcomes: Ints  # [Q, 50] bits
    recent_gaps_s: Floats  # [Q, 50]
    recent_watch_ratios: Floats  # [Q, 50] thousandths; -1 unknown
    surface: Ints  # [Q], -1 unknown, as is what follows
    hour_of_day: Ints  # [Q]
    weekday: Ints  # [Q]
    popularity: Ints  # [Q], rows of PopularityByDay
    targets: Ints  # [Q, K], -1 none
    weights: Floats  # [Q, K]; 0 where there is none
    unwatched: Ints  # [Q, K], -1 none

    def __len__(self) -> int:
        return len(self.popularity)

    def where(self, rows: Bools | Ints) -> Examples:
        return Examples(**{field.name: getattr(self, field.name)[rows] for field in fields(Examples)})

    def joined(self, others: Examples) -> Examples:
        return Examples(
            **{
                field.name: np.concatenate([getattr(self, field.name), getattr(others, field.name)])
                for field in fields(Examples)
            }
        )


def page_examples(samples: Samples, popularity: PopularityByDay, settings: RetrievalSettings) -> Examples:
    """One of each page: what the person was displayed from then on until the end of the day."""
    order = np.lexsort((samples.time_ms, samples.person))
    person, time, day, video = (each[order] for each in (samples.person, samples.time_ms, samples.day, samples.video))
    begins = np.flatnonzero(np.append(True, (person[1:] != person[:-1]) | (time[1:] != time[:-1])))  # [Q]
    of_day = np.cumsum(np.append(True, (person[1:] != person[:-1]) | (day[1:] != day[:-1])))  # [N]
    ends = np.searchsorted(of_day, of_day[begins], side="right")
    good = (samples.labels["long_view"][order] == 1) | (samples.labels["like"][order] == 1)
    first = order[begins]
    recent = samples.recent_videos[first].astype(np.int64)
    return with_targets(
        Outcomes(video, good),
        begins,
        ends,
        settings,
        recent_videos=recent,
        recent_outcomes=samples.recent_outcomes[first].astype(np.int64),
        recent_gaps_s=samples.recent_gaps_s[first],
        recent_watch_ratios=samples.recent_watch_ratios[first],
        surface=samples.surface[first],
        hour_of_day=samples.hour_of_day[first],
        weekday=samples.weekday[first],
        popularity=popularity.row_of(samples.day[first]),
    )


def history_examples(history: History, random: np.random.Generator, settings: RetrievalSettings) -> Examples:
    """Cuts each person's untimed history at random: the plays before, and those that came next."""
    _, start, plays = np.unique(history.person, return_index=True, return_counts=True)
    long_enough = np.repeat(np.flatnonzero(plays > 1), settings.history_cuts)
    start, plays = start[long_enough], plays[long_enough]  # [Q]
    before = random.integers(1, plays)  # [Q]
    cut = start + before
    at = cut[:, None] - 1 - np.arange(RECENT)  # [Q, 50]
    known = at >= start[:, None]
    outcomes = WATCHED | LENGTH_KNOWN | UNTIMED | LONG_VIEW * history.long_view | LIKE * history.liked  # [H]
    unknown = np.full(len(cut), -1)
    return with_targets(
        Outcomes(history.video, history.long_view | history.liked),
        cut,
        np.minimum(start + plays, cut + settings.history_ahead),
        settings,
        recent_videos=np.where(known, history.video[at], -1),
        recent_outcomes=np.where(known, outcomes[at], 0),
        recent_gaps_s=np.zeros(at.shape, dtype=np.float32),
        recent_watch_ratios=np.where(known, np.float32(-1), np.float32(0)),
        surface=unknown,
        hour_of_day=unknown,
        weekday=unknown,
        popularity=before * HISTORY_PARTS // plays,
    )


@dataclass(frozen=True)
class Outcomes:
    """What was displayed, a person's after each other."""

    video: Ints  # [N]
    good: Bools  # [N]


def with_targets(
    outcomes: Outcomes, begins: Ints, ends: Ints, settings: RetrievalSettings, **columns: NDArray[np.generic]
) -> Examples:
    """Requests [Q] with what came from `begins` to `ends`; without those that nothing new came of."""
    recent = columns["recent_videos"]
    good = first_new(outcomes.video, outcomes.good, begins, ends, recent, settings.targets)
    unwatched = first_new(outcomes.video, ~outcomes.good, begins, ends, recent, settings.targets)
    targets, weights = good, (good >= 0).astype(np.float32)
    if settings.unwatched_weight > 0:
        targets = np.concatenate([good, unwatched], axis=1)
        weights = np.concatenate([weights, settings.unwatched_weight * (unwatched >= 0)], axis=1, dtype=np.float32)
    examples = Examples(**columns, targets=targets, weights=weights, unwatched=unwatched)  # type: ignore[arg-type]
    return examples.where(np.flatnonzero(weights.any(axis=1)))


def first_new(video: Ints, wanted: Bools, begins: Ints, ends: Ints, recent: NDArray[np.generic], most: int) -> Ints:
    """Up to so many of the wanted videos from row `begins` to `ends` that are not among the recent ones: [Q, K]."""
    found = np.flatnonzero(wanted)
    if len(found) == 0:
        return np.full((len(begins), most), -1)
    from_, to = np.searchsorted(found, begins), np.searchsorted(found, ends)
    at = from_[:, None] + np.arange(most)  # [Q, K]
    there = at < to[:, None]
    videos = np.where(there, video[found[np.where(there, at, 0)]], -1)
    is_recent = np.stack([(recent == each[:, None]).any(axis=1) for each in videos.T], axis=1)  # [Q, K]
    return np.where(is_recent, -1, videos)
