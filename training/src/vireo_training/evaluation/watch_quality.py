"""How near predictions of watch time are, and how well they order it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vireo_training.evaluation.ranking_quality import Bools, Floats, Ints


@dataclass(frozen=True)
class PairCounts:
    """Of each row [N], with how many others of other watch time it makes a pair, and how many of these are in order."""

    in_order: Floats  # [N]; pairs of equal predictions count half
    pairs: Floats  # [N]

    def where(self, rows: Bools) -> PairCounts:
        return PairCounts(self.in_order[rows], self.pairs[rows])

    def xauc(self) -> float:
        """NaN where there are no pairs."""
        return float(self.in_order.sum() / self.pairs.sum()) if self.pairs.any() else float("nan")


def xauc(watch_ms: Floats, predicted_ms: Floats) -> float:
    """The chance that of two rows, the one watched for longer was predicted to be (Zhan et al., Deconfounding Duration
    Bias in Watch-time Prediction, KDD 2022). [N] each. Exact over all pairs; NaN where all were watched for as long."""
    return pair_counts(watch_ms, predicted_ms).xauc()


def pair_counts(watch_ms: Floats, predicted_ms: Floats) -> PairCounts:
    """All pairs in O(N log² N)."""
    shorter = watched_less(watch_ms)  # [N]
    longer = watched_less(-watch_ms)
    # Of two numbers of pairs, those in order and those in the other, half of their difference counts the ties right.
    agreeing = below_in_both(watch_ms, predicted_ms) + below_in_both(-watch_ms, -predicted_ms)
    opposed = below_in_both(watch_ms, -predicted_ms) + below_in_both(-watch_ms, predicted_ms)
    pairs = shorter + longer
    return PairCounts(in_order=(pairs + agreeing - opposed) / 2, pairs=pairs)


def watched_less(values: Floats) -> Floats:
    """How many values are below each: [N]."""
    return np.searchsorted(np.sort(values), values, side="left").astype(np.float64)


def below_in_both(first: Floats, second: Floats) -> Floats:
    """How many rows are below each row in both: [N].

    A merge sort from the bottom up counts, for each row, those of a smaller second among the ones before it.
    """
    order = np.lexsort((-second, first))  # equal firsts: larger second before, so that they never count
    size = 1 << max(0, (len(order) - 1).bit_length())
    ranks = np.full(size, size, dtype=np.int64)  # padding is above all
    ranks[: len(order)] = np.searchsorted(np.sort(second), second[order], side="left")
    counts = np.zeros(size, dtype=np.int64)
    half = 1
    while half < size:
        # The right half first: a stable sort then puts its rows before equal ones of the left.
        blocks = ranks.reshape(-1, 2, half)[:, ::-1].reshape(-1, 2 * half)  # [size / 2 half, 2 half]
        sorted_at = np.argsort(blocks, axis=1, kind="stable")
        is_left = sorted_at >= half
        left_before = np.cumsum(is_left, axis=1)
        of_block = np.empty_like(left_before)
        np.put_along_axis(of_block, sorted_at, left_before, axis=1)
        counts.reshape(-1, 2, half)[:, 1] += of_block[:, :half]
        half *= 2
    found = np.empty(len(order))
    found[order] = counts[: len(order)]
    return found


def pair_counts_within(watch_ms: Floats, predicted_ms: Floats, groups: Ints) -> PairCounts:
    """Pairs within groups only (deciles of length, say)."""
    in_order = np.zeros(len(groups))
    pairs = np.zeros(len(groups))
    for group in np.unique(groups):
        rows = groups == group
        counts = pair_counts(watch_ms[rows], predicted_ms[rows])
        in_order[rows], pairs[rows] = counts.in_order, counts.pairs
    return PairCounts(in_order, pairs)
