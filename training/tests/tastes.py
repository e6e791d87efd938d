"""A world in which tastes are plain."""

from dataclasses import replace

import numpy as np

from exports import World, likes
from vireo_training.data import RetrievalData


def shown_only_what_they_like(data: RetrievalData, world: World) -> RetrievalData:
    """Without all that people were shown of other categories than theirs."""
    samples = data.samples
    pairs = zip(samples.people[samples.person], data.videos.ids[samples.video], strict=True)
    liked = np.array([likes(int(person[1:]), int(video[1:]), world) for person, video in pairs])
    return replace(data, samples=samples.where(liked))
