"""What an artifact does not hold and an increment needs: weights to go on from, kept beside the registry's models."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vireo_training.artifact.write import TrainingRun
from vireo_training.data import Samples, Videos
from vireo_training.hashing import hash64
from vireo_training.whole_files import save_whole

FOLDER = ".training"
MOST_KEPT = 48
"""Of a name: two days of hourly increments."""


@dataclass(frozen=True)
class TrainingState:
    """Plain values and tensors only. Models that were not trained are None."""

    what: str
    features: list[list[str]]  # of the person, and of the videos
    training: dict[str, Any]  # a TrainingRun, increments included
    whole_until_ms: int  # what the last whole training has seen
    whole_seed: int
    ranking: dict[str, Any] | None
    retrieval: dict[str, Any] | None

    @property
    def run(self) -> TrainingRun:
        return TrainingRun(**self.training)


def state_file(artifact: Path) -> Path:
    """Of `registry/name/version`."""
    return artifact.parent.parent / FOLDER / artifact.parent.name / f"{artifact.name}.pt"


def keep_state(artifact: Path, state: TrainingState) -> None:
    """The oldest make room."""
    path = state_file(artifact)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_whole(path, asdict(state))
    by_age = sorted(path.parent.glob("*.pt"), key=lambda each: each.stat().st_mtime)
    for old in by_age[:-MOST_KEPT]:
        old.unlink()


def read_state(artifact: Path) -> TrainingState:
    """Raises ValueError where training has left none, or one of another kind."""
    path = state_file(artifact.absolute())
    if not path.exists():
        raise ValueError(
            f"{path} is missing: it is what an increment goes on from, and is only where {artifact.name} was trained."
            " Train without --from"
        )
    found = torch.load(path, weights_only=True)
    if set(found) != {field.name for field in fields(TrainingState)}:
        raise ValueError(f"{path} is of another version of this program; train without --from")
    return TrainingState(**found)


def features_of(samples: Samples) -> list[list[str]]:
    return [list(samples.person_features), list(samples.item_features)]


def hashes_of(videos: Videos) -> NDArray[np.int64]:
    """Of ids, [V]: rows of the catalogue change when videos come."""
    return hash64(list(videos.ids), 0).view(np.int64)


def hashes(videos: Videos, some: NDArray[np.bool_]) -> Tensor:
    return torch.from_numpy(hashes_of(videos)[some])


def are_among(videos: Videos, hashed: Tensor) -> NDArray[np.bool_]:
    """Which videos' ids are among the hashed ones: [V]."""
    return np.isin(hashes_of(videos), hashed.numpy())
