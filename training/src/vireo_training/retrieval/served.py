"""The towers as a server calls them."""

from __future__ import annotations

from torch import Tensor, nn

from vireo_training.retrieval.tensors import READ
from vireo_training.retrieval.two_tower import VideoTower

PERSON_INPUTS = (
    *(f"recent_{name}" for name in READ),
    "recent_outcomes",
    "recent_gaps_s",
    "recent_watch_ratios",
    "surface",
    "hour_of_day",
    "weekday",
)
"""What the person's tower takes, in its order."""


def video_inputs(embedding_width: int) -> tuple[str, ...]:
    """What the video's tower takes, in its order: embeddings only where videos have some."""
    return (*READ, "words", *(("embeddings",) if embedding_width > 0 else ()))


class ServedVideoTower(nn.Module):
    """N videos, as `video_inputs` names what is known of them, to their vectors [N, D]."""

    def __init__(self, tower: VideoTower, inputs: tuple[str, ...]) -> None:
        super().__init__()
        self.tower = tower
        self.inputs = inputs

    def forward(self, *inputs: Tensor) -> Tensor:
        named = dict(zip(self.inputs, inputs, strict=True))
        named.setdefault("embeddings", named["lengths_ms"].new_zeros(named["lengths_ms"].shape[0], 0))
        return self.tower(**named)  # type: ignore[no-any-return]
