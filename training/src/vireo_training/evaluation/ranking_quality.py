"""How well scores order what was liked before what was not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def auc(labels: Bools, scores: Floats, weights: Floats | None = None) -> float:
    """The chance that a positive scores above a negative; ties count half. [N] each.

    It is the Mann–Whitney U over the number of pairs (Hanley and McNeil, 1982). Raises ValueError where one of the
    classes is missing.
    """
    rows = RankedRows.of(labels, scores)
    value = rows.auc(np.ones(len(labels)) if weights is None else weights[rows.order])
    if np.isnan(value):
        raise ValueError("AUC needs positives and negatives")
    return value


@dataclass(frozen=True)
class RankedRows:
    """N rows sorted once by their scores, for AUC under many weights: a bootstrap needs hundreds."""

    order: Ints  # [N], from the lowest score
    positive: Bools  # [N], in that order
    starts: Ints | None  # [K], where another score begins; None where all differ

    @classmethod
    def of(cls, labels: Bools, scores: Floats) -> RankedRows:
        order = np.argsort(scores, kind="stable")  # [N]
        starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan) != 0)  # [K]; a NaN differs from all
        return cls(order, labels[order], None if len(starts) == len(order) else starts)

    def auc(self, weights: Floats) -> float:
        """Weights [N] are in the order of `order`. NaN where one of the classes weighs nothing."""
        positive = weights * self.positive  # [N]
        negative = weights - positive  # [N]
        if self.starts is not None:
            positive = np.add.reduceat(positive, self.starts)  # [K]
            negative = np.add.reduceat(negative, self.starts)  # [K]
        below = np.cumsum(negative)
        pairs = positive.sum() * below[-1]
        return float(positive @ (below - negative / 2) / pairs) if pairs > 0 else float("nan")


@dataclass(frozen=True)
class GroupValues:
    """What G groups of rows are worth each."""

    row: Ints  # [G], a row of each group
    value: Floats  # [G]
    weight: Floats  # [G]

    def mean(self) -> float:
        return float(self.value @ self.weight / self.weight.sum())


def gauc(labels: Bools, scores: Floats, groups: Ints, weights: Floats | None = None) -> float:
    """The mean AUC within groups, weighted by their rows (Zhu et al., Optimized Cost per Click in Taobao, KDD 2017).

    Groups without both classes tell nothing and are left out. Raises ValueError where that is all of them.
    """
    within = group_aucs(labels, scores, groups, weights)
    if len(within.row) == 0:
        raise ValueError("GAUC needs a group with positives and negatives")
    return within.mean()


def group_aucs(labels: Bools, scores: Floats, groups: Ints, weights: Floats | None = None) -> GroupValues:
    """The AUC within each group that has both classes, with the weight of its rows. [N] each."""
    order = np.lexsort((scores, groups))  # [N]
    weight = np.ones(len(order)) if weights is None else weights[order]
    positive = weight * labels[order]  # [N]
    negative = weight - positive  # [N]
    is_group_start = np.diff(groups[order], prepend=groups[order][:1] - 1) != 0
    ties = np.flatnonzero(is_group_start | (np.diff(scores[order], prepend=np.nan) != 0))  # [K]
    starts = np.flatnonzero(is_group_start[ties])  # [G], into ties
    group_of = np.cumsum(is_group_start[ties]) - 1  # [K]
    tied_positive = np.add.reduceat(positive, ties)  # [K]
    tied_negative = np.add.reduceat(negative, ties)  # [K]
    before = np.cumsum(tied_negative) - tied_negative  # [K], of all groups
    below = before - before[starts][group_of] + tied_negative / 2  # [K], within the group
    won = np.add.reduceat(tied_positive * below, starts)  # [G]
    positives = np.add.reduceat(tied_positive, starts)  # [G]
    negatives = np.add.reduceat(tied_negative, starts)  # [G]
    both = (positives > 0) & (negatives > 0)
    return GroupValues(
        row=order[ties[starts]][both],
        value=won[both] / (positives[both] * negatives[both]),
        weight=(positives + negatives)[both],
    )


def group_ndcgs(labels: Bools, scores: Floats, groups: Ints, k: int) -> GroupValues:
    """nDCG@k within each group that has both classes; each group weighs 1. [N] each.

    A positive at rank r counts 1 / log2(1 + r), over the best order possible (Järvelin and Kekäläinen, 2002). Equal
    scores are in the order of the rows.
    """
    order = np.lexsort((-scores, groups))  # [N], stable
    is_start = np.diff(groups[order], prepend=groups[order][:1] - 1) != 0
    starts = np.flatnonzero(is_start)  # [G]
    rank = np.arange(len(order)) - starts[np.cumsum(is_start) - 1]  # [N], from 0
    positive = labels[order]
    gain = np.add.reduceat(np.where(positive & (rank < k), 1 / np.log2(2 + rank), 0.0), starts)  # [G]
    positives = np.add.reduceat(positive.astype(np.int64), starts)  # [G]
    both = (positives > 0) & (positives < np.diff(starts, append=len(order)))
    best = np.cumsum(1 / np.log2(2 + np.arange(k)))  # [k], of 1 to k positives
    return GroupValues(
        row=order[starts][both],
        value=gain[both] / best[np.minimum(positives[both], k) - 1],
        weight=np.ones(int(both.sum())),
    )


def log_losses(labels: Bools, probabilities: Floats) -> Floats:
    """−log of what was predicted for what happened, in nats, for each row [N]; a chance is at least 1e-7."""
    of_outcome = np.where(labels, probabilities, 1 - probabilities)
    return -np.log(np.maximum(of_outcome, 1e-7))
