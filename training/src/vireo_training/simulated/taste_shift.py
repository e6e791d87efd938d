"""A log in which some tastes change at a known time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MS_PER_HOUR = 3_600_000


@dataclass(frozen=True)
class TasteShiftLog:
    """N displayed videos in the order of time.

    A group of people likes a category with a chance that changes once for some pairs of both, and never for the others:
    these are the old slice, on which nothing may be forgotten.
    """

    time_ms: NDArray[np.int64]  # [N], from 0
    person: NDArray[np.int64]  # [N], 0 to P − 1
    video: NDArray[np.int64]  # [N], 0 to V − 1
    group_of_person: NDArray[np.int64]  # [P]
    category_of_video: NDArray[np.int64]  # [V]
    probability: NDArray[np.float64]  # [N], of a long view, as of its time
    long_view: NDArray[np.bool_]  # [N]
    has_shifted: NDArray[np.bool_]  # [G, C]
    shift_ms: int

    @property
    def is_old_slice(self) -> NDArray[np.bool_]:
        """Rows whose taste never changes: [N]."""
        return ~self.has_shifted[self.group_of_person[self.person], self.category_of_video[self.video]]


def taste_shift_log(
    rows: int,
    *,
    seed: int,
    people: int = 400,
    videos: int = 300,
    groups: int = 4,
    categories: int = 8,
    hours: int = 96,
    shift_hour: int = 48,
    share_shifted: float = 0.5,
) -> TasteShiftLog:
    """Logits of long views are normal around −0.5 with a spread of 1.2; those of shifted pairs turn around −0.5."""
    random = np.random.default_rng(seed)
    taste = random.normal(0, 1.2, (groups, categories))  # [G, C]
    pairs = groups * categories
    has_shifted = (random.permutation(pairs) < round(share_shifted * pairs)).reshape(groups, categories)  # [G, C]
    group_of_person = random.integers(groups, size=people)
    category_of_video = random.integers(categories, size=videos)
    time_ms = np.sort(random.integers(hours * MS_PER_HOUR, size=rows))  # [N]
    person, video = random.integers(people, size=rows), random.integers(videos, size=rows)
    group, category = group_of_person[person], category_of_video[video]
    turned = has_shifted[group, category] & (time_ms >= shift_hour * MS_PER_HOUR)
    probability = 1 / (1 + np.exp(0.5 - np.where(turned, -1, 1) * taste[group, category]))
    return TasteShiftLog(
        time_ms=time_ms,
        person=person,
        video=video,
        group_of_person=group_of_person,
        category_of_video=category_of_video,
        probability=probability,
        long_view=random.random(rows) < probability,
        has_shifted=has_shifted,
        shift_ms=shift_hour * MS_PER_HOUR,
    )
