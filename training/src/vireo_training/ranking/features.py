"""Raw counts become what a network reads well: a module, so that it is exported as part of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Relation:
    """What a count may be out of: names hold both in the same place; the first of `wholes` that there is."""

    part: str
    wholes: tuple[str, ...]
    strength: float | None = None  # how much of the whole the mean of all weighs as much as; None: learned
    within: bool = True  # whether the part is never more than the whole


PLAYS = ("plays_of_known_length", "plays", "impressions")
RELATIONS = (
    Relation("long_views", PLAYS),
    Relation("long_views_of", ("of",)),
    Relation("finishes", PLAYS),
    Relation("skips", PLAYS),
    Relation("likes", ("plays", "impressions")),
    *(Relation(name, ("impressions",)) for name in ("shares", "comments", "follows", "negatives")),
    # A play is about a minute long: as strong as five plays.
    Relation("watch_of_known_length_ms", ("length_ms",), strength=300_000, within=False),
    Relation("watch_ms", ("impressions",), strength=5, within=False),
)
VELOCITY = Relation("impressions_1h", ("impressions_24h",), strength=5, within=False)
"""This hour against its day; in addition to both."""

LEAST_STRENGTH, MOST_STRENGTH = 0.1, 100_000.0
"""Priors weigh no more trials than this where entities hardly differ, and no fewer."""
LEAST_DEVIATION = 0.05
"""Of logarithms: what varies by less than a twentieth says little, and would say how numbers are rounded."""
LARGEST_SCORE = 5.0
"""Standard deviations from the mean; one that is farther away is like one there."""


@dataclass(frozen=True)
class Ratio:
    """A column that is a part of another, and what is added to both: (part + alpha) / (rest + beta)."""

    part: int
    whole: int
    within: bool  # the rest is the whole less the part
    alpha: float
    beta: float


class FeatureTransform(nn.Module):
    """[N, F] raw values to [N, C] scores.

    Counts become their logarithm, parts the logarithm of their odds, drawn to what is usual; both as z-scores within
    what the training rows have seen, so that what only grows with time stays where it was known. Negative values are
    unknown: they become the mean, which is 0.
    """

    counts: Tensor  # [K], columns
    parts: Tensor  # [R], columns
    wholes: Tensor  # [R], columns
    within: Tensor  # [R], 0 or 1
    alphas: Tensor  # [R]
    betas: Tensor  # [R]
    means: Tensor  # [C]
    deviations: Tensor  # [C]
    lowest: Tensor  # [C]
    highest: Tensor  # [C]

    def __init__(self, counts: Sequence[int], ratios: Sequence[Ratio]) -> None:
        super().__init__()
        self.size = len(counts) + len(ratios)
        self.register_buffer("counts", torch.tensor(counts, dtype=torch.int64))
        self.register_buffer("parts", torch.tensor([ratio.part for ratio in ratios], dtype=torch.int64))
        self.register_buffer("wholes", torch.tensor([ratio.whole for ratio in ratios], dtype=torch.int64))
        self.register_buffer("within", torch.tensor([float(ratio.within) for ratio in ratios], dtype=torch.float32))
        self.register_buffer("alphas", torch.tensor([ratio.alpha for ratio in ratios], dtype=torch.float32))
        self.register_buffer("betas", torch.tensor([ratio.beta for ratio in ratios], dtype=torch.float32))
        self.register_buffer("means", torch.zeros(self.size))
        self.register_buffer("deviations", torch.ones(self.size))
        self.register_buffer("lowest", torch.full((self.size,), -LARGEST_SCORE))
        self.register_buffer("highest", torch.full((self.size,), LARGEST_SCORE))

    def forward(self, values: Tensor) -> Tensor:
        counts = values[:, self.counts]  # [N, K]
        parts = values[:, self.parts]  # [N, R]
        rests = (values[:, self.wholes] - self.within * parts).clamp(min=0)  # [N, R]
        odds = torch.log(parts + self.alphas) - torch.log(rests + self.betas)  # [N, R]
        scores = (torch.cat([torch.log1p(counts.clamp(min=0)), odds], dim=1) - self.means) / self.deviations  # [N, C]
        known = torch.cat([counts >= 0, parts >= 0], dim=1)  # [N, C]
        return torch.where(known, scores.clamp(self.lowest, self.highest), 0.0)


def fit_features(names: Sequence[str], values: Floats) -> FeatureTransform:
    """Learns a transform from training rows [N, F]; columns that never differ are left out.

    Raises ValueError where a value is not a number, or rows are fewer than two.
    """
    if len(values) < 2:
        raise ValueError(f"{len(values)} rows are too few to learn features from")
    broken = np.isnan(values).any(axis=0)  # [F]
    if broken.any():
        raise ValueError(f"the feature {names[int(broken.argmax())]} is not a number in some rows")
    differs = values.min(axis=0) < values.max(axis=0)  # [F]
    counts: list[int] = []
    ratios: list[Ratio] = []
    for at in np.flatnonzero(differs):
        found = [ratio for relation in RELATIONS if (ratio := fit_ratio(relation, int(at), names, values))]
        ratios += found[:1]
        counts += [] if found else [int(at)]
        ratios += [ratio for ratio in [fit_ratio(VELOCITY, int(at), names, values)] if ratio]
    transform = FeatureTransform(counts, ratios)
    learn_scale(transform, torch.from_numpy(values))
    return transform


def fit_ratio(relation: Relation, part: int, names: Sequence[str], values: Floats) -> Ratio | None:
    name = names[part]
    wholes = [name.replace(relation.part, whole) for whole in relation.wholes] if relation.part in name else []
    whole = next((names.index(each) for each in wholes if each in names), None)
    if whole is None:
        return None
    parts, trials = values[:, part].astype(np.float64), values[:, whole].astype(np.float64)  # [N]
    usual = (parts.sum() + 0.5) / (trials.sum() + 1.0)
    if not relation.within:
        strength = relation.strength or 1.0
        return Ratio(part, whole, within=False, alpha=usual * strength, beta=strength)
    usual = min(usual, 1 - 1e-6)
    strength = relation.strength or fit_strength(parts, trials)
    return Ratio(part, whole, within=True, alpha=usual * strength, beta=(1 - usual) * strength)


def fit_strength(successes: NDArray[np.float64], trials: NDArray[np.float64]) -> float:
    """α + β of the Beta prior of which these shares may be draws, by the method of moments: the correlation within an
    entity is that of the analysis of variance (Ridout, Demétrio and Firth, "Estimating intraclass correlation for
    binary data", Biometrics 55, 1999, their ρ_A)."""
    tried = trials > 0
    successes, trials = np.minimum(successes[tried], trials[tried]), trials[tried]
    total = trials.sum()
    between_freedom, within_freedom = len(trials) - 1, total - len(trials)
    if between_freedom <= 0 or within_freedom <= 0:
        return LEAST_STRENGTH
    within_shares = (successes**2 / trials).sum()
    between = (within_shares - successes.sum() ** 2 / total) / between_freedom
    within = (successes.sum() - within_shares) / within_freedom
    usual_trials = (total - (trials**2).sum() / total) / between_freedom
    spread = between + (usual_trials - 1) * within
    correlation = (between - within) / spread if spread > 0 else 0.0
    strength = 1 / correlation - 1 if correlation > 0 else MOST_STRENGTH
    return float(np.clip(strength, LEAST_STRENGTH, MOST_STRENGTH))


@torch.no_grad()
def learn_scale(transform: FeatureTransform, values: Tensor) -> None:
    """Mean, deviation and range of each score of the training rows."""
    transform.lowest.fill_(-torch.inf)
    transform.highest.fill_(torch.inf)
    scores = transform(values).double()  # [N, C]
    means = scores.mean(dim=0)  # [C]
    deviations = scores.std(dim=0, correction=0).clamp(min=LEAST_DEVIATION)  # [C]
    z_scores = (scores - means) / deviations  # [N, C]
    transform.means.copy_(means)
    transform.deviations.copy_(deviations)
    transform.lowest.copy_(z_scores.amin(dim=0).clamp(min=-LARGEST_SCORE))
    transform.highest.copy_(z_scores.amax(dim=0).clamp(max=LARGEST_SCORE))
