"""Who did what with which video, in order: what retrieval learns from and is judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vireo_training.data.history import History
from vireo_training.data.samples import Samples
from vireo_training.data.videos import Ints, Videos


@dataclass(frozen=True)
class RetrievalData:
    videos: Videos
    history: History
    samples: Samples
    """Features and recent videos as of the page."""

    def before(self, day: int) -> RetrievalData:
        """The same without what happened from that day on."""
        return replace(self, samples=self.samples.before(day))

    def shown(self) -> tuple[Ints, Ints]:
        """Person and video of everything that was displayed or played: [H + N] each."""
        return (
            np.concatenate([self.history.person, self.samples.person]),
            np.concatenate([self.history.video, self.samples.video]),
        )

    def long_views(self) -> tuple[Ints, Ints]:
        """Person and video of all long views, history first, in order."""
        viewed = self.samples.labels["long_view"] == 1
        return (
            np.concatenate([self.history.person[self.history.long_view], self.samples.person[viewed]]),
            np.concatenate([self.history.video[self.history.long_view], self.samples.video[viewed]]),
        )

    def relevant_on(self, day: int) -> tuple[Ints, Ints]:
        """Person and video of each long view of a day that they were not shown before, once, by person."""
        people, shown = self.before(day).shown()
        before = np.unique(people * len(self.videos) + shown)
        of_day = self.samples.on(day)
        viewed = of_day.labels["long_view"] == 1
        pairs = np.setdiff1d(of_day.person[viewed] * len(self.videos) + of_day.video[viewed], before)  # [R], sorted
        return pairs // len(self.videos), pairs % len(self.videos)

    def without(self, videos: NDArray[np.bool_]) -> RetrievalData:
        """The same as if nobody had ever seen these videos (a mask [V]): not in samples, histories, or recent lists."""
        samples = self.samples.where(~videos[self.samples.video])
        kept_history = ~videos[self.history.video]
        return replace(
            self,
            samples=replace(samples, **without_recent(samples, videos)),
            history=History(
                person=self.history.person[kept_history],
                video=self.history.video[kept_history],
                long_view=self.history.long_view[kept_history],
                liked=self.history.liked[kept_history],
            ),
        )


def without_recent(samples: Samples, videos: NDArray[np.bool_]) -> dict[str, Any]:
    """Closes the gaps that withheld videos leave in lists of recent ones."""
    hidden = (samples.recent_videos >= 0) & videos[samples.recent_videos]  # [N, 50]
    order = np.argsort(hidden, axis=1, kind="stable")  # kept ones first, in their order
    kept = ~np.take_along_axis(hidden, order, axis=1)
    return {
        name: np.where(kept, np.take_along_axis(getattr(samples, name), order, axis=1), empty).astype(
            getattr(samples, name).dtype
        )
        for name, empty in EMPTY.items()
    }


EMPTY = {"recent_videos": -1, "recent_outcomes": 0, "recent_gaps_s": 0, "recent_watch_ratios": 0}
