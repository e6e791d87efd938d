"""What a server gives the graphs: a person's side, and that of N videos. Names and shapes are in docs/models.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Queries, Samples
from vireo_training.facts import FACT_SEED, TableSizes, VideoFacts
from vireo_training.hashing import rows_of

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Encoder:
    """Turns rows of an export into inputs of graphs."""

    facts: VideoFacts
    surfaces: NDArray[np.int64]  # rows of tables, by number of the surface
    devices: NDArray[np.int64]

    @staticmethod
    def of(samples: Samples, facts: VideoFacts, sizes: TableSizes) -> Encoder:
        def rows(names: tuple[str, ...], size: int) -> NDArray[np.int64]:
            return rows_of(names, size, FACT_SEED)

        return Encoder(facts, rows(samples.surfaces, sizes.surfaces), rows(samples.devices, sizes.devices))

    def person(self, rows: Samples | Queries) -> Arrays:
        """Each of B rows: of one request B is 1."""
        recent = rows.recent_videos  # [B, 50]
        arrays: Arrays = {
            "recent_ids": self.facts.ids[recent],  # [B, 50, 2]
            "recent_creators": self.facts.creators[recent],
            "recent_audios": self.facts.audios[recent],
            "recent_categories": self.facts.categories[recent],  # [B, 50, 4]
            "recent_lengths_ms": self.facts.lengths_ms[recent],
            "recent_outcomes": rows.recent_outcomes.astype(np.int64),
            "recent_gaps_s": rows.recent_gaps_s,
            "recent_watch_ratios": rows.recent_watch_ratios,
            "surface": self.surfaces[rows.surface],
            "device": self.devices[rows.device],
            "network_kbps": rows.network_kbps,
            "hour_of_day": rows.hour_of_day,
            "weekday": rows.weekday,
        }
        return arrays | ({"person_values": rows.person_values} if isinstance(rows, Samples) else {})

    def videos(self, videos: NDArray[np.int64]) -> Arrays:
        """Each of N videos, by their rows in the catalogue."""
        return {
            "ids": self.facts.ids[videos],  # [N, 2]
            "creators": self.facts.creators[videos],
            "audios": self.facts.audios[videos],
            "categories": self.facts.categories[videos],  # [N, 4]
            "lengths_ms": self.facts.lengths_ms[videos],
            "words": self.facts.words[videos],  # [N, 16]
            "embeddings": self.facts.embeddings[videos],  # [N, E]
        }

    def candidates(self, rows: Samples) -> Arrays:
        return self.videos(rows.video) | {"item_values": rows.item_values}  # [N, I]


def some(arrays: Mapping[str, NDArray[np.generic]], names: tuple[str, ...]) -> Arrays:
    """What a graph takes of it."""
    return {name: arrays[name] for name in names}
