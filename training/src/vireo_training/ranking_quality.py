"""How well scores order what was liked before what was not."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def auc(labels: Bools, scores: Floats) -> float:
    """The chance that a positive scores above a negative; ties count half.

    It is the Mann–Whitney U over the number of pairs (Hanley and McNeil, 1982). Raises ValueError where one of the
    classes is missing.
    """
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        raise ValueError("AUC needs positives and negatives")
    ranks: Floats = rankdata(scores)  # [N]
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def gauc(labels: Bools, scores: Floats, groups: NDArray[np.int64]) -> float:
    """The mean AUC within groups, weighted by their rows (Zhu et al., Optimized Cost per Click in Taobao, KDD 2017).

    Groups without both classes tell nothing and are left out. Raises ValueError where that is all of them.
    """
    order = np.argsort(groups, kind="stable")  # [N]
    borders = np.flatnonzero(np.diff(groups[order])) + 1
    total = 0.0
    weight = 0
    for rows in np.split(order, borders):
        if 0 < labels[rows].sum() < len(rows):
            total += auc(labels[rows], scores[rows]) * len(rows)
            weight += len(rows)
    if weight == 0:
        raise ValueError("GAUC needs a group with positives and negatives")
    return total / weight
