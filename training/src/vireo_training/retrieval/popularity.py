"""What everybody was shown and watched, by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import History, RetrievalData

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WINDOWS = ("impressions_24h", "impressions_7d")
DAYS = (1, 7)
"""What the popularity term is made of: log(1 + count) of each."""

HISTORY_PARTS = 14
"""Untimed history is told apart by how far along their own history people were, as if these were days."""


def impressions_of(data: RetrievalData, first_day: int, until_day: int) -> Floats:
    """How often each video was displayed from the first day on, before the other: [V]."""
    days = data.samples.day
    return counts(data, (days >= first_day) & (days < until_day))


def long_views_of(data: RetrievalData, first_day: int, until_day: int) -> Floats:
    """How many long views each video had from the first day on, before the other: [V]."""
    days = data.samples.day
    return counts(data, (days >= first_day) & (days < until_day) & (data.samples.labels["long_view"] == 1))


def counts(data: RetrievalData, rows: NDArray[np.bool_]) -> Floats:
    return np.bincount(data.samples.video[rows], minlength=len(data.videos)).astype(np.float32)


@dataclass(frozen=True)
class PopularityByDay:
    """How often each video was displayed lately, as of the beginning of each day.

    The first rows are parts of the untimed history, at the scale of a mean day; days follow.
    """

    values: Floats  # [HISTORY_PARTS + days, V, WINDOWS], log(1 + impressions)
    first_day: int

    @staticmethod
    def until(day: int, data: RetrievalData) -> PopularityByDay:
        """Of all days up to and including this one, of which nothing itself is known."""
        first_day = int(data.samples.day.min())
        days = [impressions_of(data, each, each + 1) for each in range(first_day, day)]
        parts = part_of(data.history)  # [H]
        videos = len(data.videos)
        history = np.stack(
            [np.bincount(data.history.video[parts == part], minlength=videos) for part in range(HISTORY_PARTS)]
        )
        scale = np.sum(days) / max(1, len(days)) / max(1.0, history.sum() / HISTORY_PARTS)
        daily = np.concatenate([history * scale, np.reshape(days, (-1, videos))])  # [D, V]
        # Nothing is known before the first part: what a window lacks there is what the part itself has.
        padded = np.concatenate([np.repeat(daily[:1], max(DAYS), axis=0), daily])
        windows = [
            np.stack([padded[at + max(DAYS) - length : at + max(DAYS)].sum(axis=0) for at in range(len(daily) + 1)])
            for length in DAYS
        ]
        return PopularityByDay(np.log1p(np.stack(windows, axis=-1)).astype(np.float32), first_day)

    def row_of(self, day: Ints) -> Ints:
        return day - self.first_day + HISTORY_PARTS


def part_of(history: History) -> Ints:
    """Which part each play of the history is in: [H]."""
    _, start, plays = np.unique(history.person, return_index=True, return_counts=True)
    nth = np.arange(len(history)) - np.repeat(start, plays)
    return nth * HISTORY_PARTS // np.repeat(plays, plays)
