"""How features were distributed in what a model was trained on: a server holds what it makes against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vireo_training.artifact.serving_shape import requests_of
from vireo_training.data import Samples

FILE = "distributions.json"
BINS = 36
"""Below 0, 0, and an octave each, as a server counts them."""
MOST = 2**31 - 1
"""What is more is counted with it."""


@dataclass(frozen=True)
class Distributions:
    pages: int
    samples: int
    bins: Mapping[str, NDArray[np.int64]]
    """By feature, [36] each: the person's once a page, the video's once a sample."""

    def __add__(self, other: Distributions) -> Distributions:
        return Distributions(
            self.pages + other.pages,
            self.samples + other.samples,
            {name: counts + other.bins[name] for name, counts in self.bins.items()},
        )

    def to_json(self) -> dict[str, Any]:
        bins = {name: counts.tolist() for name, counts in self.bins.items()}
        return {"pages": self.pages, "samples": self.samples, "bins": bins}


def distributions_of(samples: Samples) -> Distributions:
    first = np.array([rows[0] for rows in requests_of(samples)])
    person = binned(samples.person_features, samples.person_values[first])
    return Distributions(len(first), len(samples), person | binned(samples.item_features, samples.item_values))


def binned(names: tuple[str, ...], values: NDArray[np.float32]) -> dict[str, NDArray[np.int64]]:
    """Of whole numbers, [N, F]."""
    return {name: np.bincount(bins_of(values[:, at]), minlength=BINS) for at, name in enumerate(names)}


def bins_of(values: NDArray[np.float32]) -> NDArray[np.int32]:
    """[N] to [N]."""
    _, exponents = np.frexp(np.minimum(values.astype(np.float64), MOST))
    return np.where(values < 0, 0, 1 + exponents)


def read_distributions(artifact: Path) -> Distributions | None:
    """None where its training has kept none."""
    path = artifact / FILE
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    bins = {name: np.array(counts, dtype=np.int64) for name, counts in found["bins"].items()}
    return Distributions(found["pages"], found["samples"], bins)
