"""What models read of videos: ids as rows of hashed tables, and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Videos
from vireo_training.hashing import WORDS_PER_VIDEO, rows_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

CATEGORIES = 4
"""So many of a video's categories count, as in the server."""
ID_SEEDS = (1, 2)
FACT_SEED = 1


@dataclass(frozen=True)
class TableSizes:
    """Rows of each table; row 0 is none."""

    videos: int = 8192
    creators: int = 4096
    audios: int = 4096
    categories: int = 256
    words: int = 2048
    surfaces: int = 64
    devices: int = 64


@dataclass(frozen=True)
class VideoFacts:
    """V videos, and one more at the end that is none, so that -1 finds it."""

    ids: Ints  # [V + 1, 2]
    creators: Ints  # [V + 1]
    audios: Ints  # [V + 1]
    categories: Ints  # [V + 1, 4]
    lengths_ms: Floats  # [V + 1], 0 unknown
    words: Ints  # [V + 1, 16]
    embeddings: Floats  # [V + 1, E]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which videos have an id: [V]."""
        return self.ids[:-1, 0] > 0

    def knowing(self, videos: NDArray[np.bool_]) -> VideoFacts:
        """Ids only of those (a mask [V]) that training has seen often enough; the others borrow no stranger's rows."""
        return replace(self, ids=np.where(np.append(videos, False)[:, None], self.ids, 0))


def facts_of(videos: Videos, sizes: TableSizes) -> VideoFacts:
    def one(values: NDArray[np.object_], size: int) -> Ints:
        return np.append(rows_of(values, size, FACT_SEED), 0)

    return VideoFacts(
        ids=np.vstack([np.stack([rows_of(videos.ids, sizes.videos, seed) for seed in ID_SEEDS], axis=1), [[0, 0]]]),
        creators=one(videos.creators, sizes.creators),
        audios=one(videos.audios, sizes.audios),
        categories=padded(videos.categories, CATEGORIES, lambda texts: rows_of(texts, sizes.categories, FACT_SEED)),
        lengths_ms=np.append(videos.lengths_ms, np.float32(0)),
        words=padded(videos.words, WORDS_PER_VIDEO, lambda texts: rows_of(texts, sizes.words, FACT_SEED)),
        embeddings=np.vstack([videos.embeddings, np.zeros((1, videos.embeddings.shape[1]), dtype=np.float32)]),
    )


def padded(lists: Sequence[Sequence[str]], width: int, rows: Callable[[NDArray[np.object_]], Ints]) -> Ints:
    """[V + 1, width], zeros where a list is shorter; what is beyond `width` is left out."""
    kept = [list(texts)[:width] for texts in lists]
    flat = rows(np.array([text for texts in kept for text in texts], dtype=np.object_))
    lengths = np.array([len(texts) for texts in kept])
    table = np.zeros((len(lists) + 1, width), dtype=np.int64)
    table[:-1][np.arange(width) < lengths[:, None]] = flat
    return table
