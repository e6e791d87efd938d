"""How much of what people went on to watch is found in the whole catalogue, and how broadly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.evaluation.ranking_quality import Bools, Floats, GroupValues, Ints

Scores = NDArray[np.float32]
CHUNK = 256  # people ranked at once
NOT_FOUND = 1 << 40  # a rank beyond every k


@dataclass(frozen=True)
class Found:
    """Where P people's relevant videos (R pairs) were ranked, and what came first."""

    person: Ints  # [R], 0 to P − 1, ascending
    rank: Ints  # [R], from 1; NOT_FOUND where the video was masked
    first: NDArray[np.int32]  # [P, F] videos, the best first; -1 beyond the last that was not masked


def find(scores: Scores, masked: tuple[Ints, Ints], relevant: tuple[Ints, Ints], first: int) -> Found:
    """Ranks the catalogue for P people: scores [P, V]; what is masked (seen, removed) can't be found; ties go by video.

    `masked` and `relevant` are pairs of rows of people (0 to P − 1) and videos. Raises ValueError where a score is NaN.
    """
    people, videos = scores.shape
    if np.isnan(scores).any():
        raise ValueError("scores that are NaN can't be ranked")
    by_person = np.argsort(relevant[0], kind="stable")
    person, video = relevant[0][by_person], relevant[1][by_person]  # [R]
    masked_by_person = np.argsort(masked[0], kind="stable")
    masked_person, masked_video = masked[0][masked_by_person], masked[1][masked_by_person]
    rank = np.empty(len(person), dtype=np.int64)
    best = np.full((people, min(first, videos)), -1, dtype=np.int32)  # [P, F]
    for start in range(0, people, CHUNK):
        chunk = scores[start : start + CHUNK].astype(np.float32)  # [C, V], a copy
        hidden = slice(*np.searchsorted(masked_person, [start, start + CHUNK]))
        chunk[masked_person[hidden] - start, masked_video[hidden]] = -np.inf
        wanted = slice(*np.searchsorted(person, [start, start + CHUNK]))
        rank[wanted] = ranks(chunk, person[wanted] - start, video[wanted])
        best[start : start + CHUNK] = first_of(chunk, best.shape[1])
    return Found(person, rank, best)


def ranks(scores: Scores, person: Ints, video: Ints) -> Ints:
    """The rank of each pair [R] among scores [C, V], from 1."""
    rows = scores[person]  # [R, V]
    own = rows[np.arange(len(person)), video][:, None]  # [R, 1]
    before = np.arange(scores.shape[1]) < video[:, None]  # [R, V]
    found = 1 + ((rows > own) | ((rows == own) & before)).sum(axis=1)
    return np.where(np.isneginf(own[:, 0]), NOT_FOUND, found)


def first_of(scores: Scores, first: int) -> NDArray[np.int32]:
    """The best videos of each row, without sorting what comes after them: [C, F]."""
    least = -np.partition(-scores, first - 1, axis=1)[:, first - 1 : first]  # [C, 1]
    above, equal = scores > least, scores == least
    left = first - above.sum(axis=1, keepdims=True)
    chosen = above | (equal & (np.cumsum(equal, axis=1) <= left))  # [C, V], F in each row
    videos = np.nonzero(chosen)[1].reshape(len(scores), first)
    of_video = np.take_along_axis(scores, videos, axis=1)
    order = np.argsort(-of_video, axis=1, kind="stable")
    best = np.take_along_axis(videos, order, axis=1)
    return np.where(np.isneginf(np.take_along_axis(of_video, order, axis=1)), -1, best).astype(np.int32)


def recalls(found: Found, k: int) -> GroupValues:
    """The share of each person's relevant videos that are among the first k; a person weighs 1."""
    return by_person(found, (found.rank <= k).astype(np.float64), lambda relevant: relevant.astype(np.float64))


def ndcgs(found: Found, k: int) -> GroupValues:
    """A hit at rank r counts 1 / log2(1 + r), over the best order possible; a person weighs 1."""
    gains = np.where(found.rank <= k, 1 / np.log2(1 + found.rank), 0.0)  # [R]
    best = np.cumsum(1 / np.log2(2 + np.arange(k)))  # [k]
    return by_person(found, gains, lambda relevant: best[np.minimum(relevant, k) - 1])


def by_person(found: Found, gains: Floats, best: Callable[[Ints], Floats]) -> GroupValues:
    people, rows, relevant = np.unique(found.person, return_index=True, return_counts=True)
    return GroupValues(
        row=rows,
        value=np.add.reduceat(gains, rows) / best(relevant) if len(people) else np.empty(0),
        weight=np.ones(len(people)),
    )


def breadth(first: NDArray[np.int32], groups: Ints) -> float:
    """The share of groups [V] (each video its own, or its creator) that come first for anybody: of [P, F]."""
    shown: Bools = np.zeros(int(groups.max()) + 1, dtype=np.bool_)
    shown[groups[first[first >= 0]]] = True
    return float(shown.mean())
