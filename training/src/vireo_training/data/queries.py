"""What is known of people when they ask for a feed."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from vireo_training.data.samples import Samples
from vireo_training.data.videos import Floats, Ints


@dataclass(frozen=True)
class Queries:
    """P requests; the columns are those of Samples."""

    person: Ints  # [P]
    day: Ints  # [P]
    time_ms: Ints  # [P]
    surface: Ints  # [P]
    device: Ints  # [P]
    network_kbps: Floats  # [P]
    hour_of_day: Ints  # [P]
    weekday: Ints  # [P]
    recent_videos: NDArray[np.int32]  # [P, 50]
    recent_outcomes: NDArray[np.int32]  # [P, 50]
    recent_gaps_s: Floats  # [P, 50]
    recent_watch_ratios: Floats  # [P, 50]

    def __len__(self) -> int:
        return len(self.person)

    def where(self, rows: NDArray[np.bool_] | Ints) -> Queries:
        return Queries(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def queries_of(day_samples: Samples, day: int, people: Ints) -> Queries:
    """Each of `people` (unique, sorted) as of their first impression of the day; the export is one frozen by day."""
    of_day = day_samples.on(day)
    asked, first = np.unique(of_day.person, return_index=True)
    rows = of_day.where(first[np.isin(asked, people)])
    return Queries(**{field.name: getattr(rows, field.name) for field in fields(Queries)})
