"""The catalogue as columns."""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from vireo_training.data.manifest import ExportManifest
from vireo_training.hashing import words_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Videos:
    """V videos in the order of their ids; everywhere else a video is its row here, and -1 is none."""

    ids: NDArray[np.object_]  # [V] str
    creators: NDArray[np.object_]  # [V] str, '' unknown
    audios: NDArray[np.object_]  # [V] str, '' unknown
    categories: tuple[tuple[str, ...], ...]  # [V]
    words: tuple[tuple[str, ...], ...]  # [V], of hashtags and title, lower-cased
    lengths_ms: Floats  # [V], 0 unknown
    embeddings: Floats  # [V, E] from outside; E is 0 where no video has one

    def __len__(self) -> int:
        return len(self.ids)


def read_videos(database: duckdb.DuckDBPyConnection, manifest: ExportManifest) -> Videos:
    """Makes the table `videos` too, with `video` the row. Videos of samples that left the catalogue are kept."""
    database.execute(
        """
        CREATE TEMP TABLE videos AS SELECT row_number() OVER (ORDER BY video_id) - 1 AS video, * FROM (
            SELECT video_id, creator_id, audio_id, categories, length_ms, title, hashtags, embedding
            FROM read_parquet($videos)
            UNION ALL BY NAME
            SELECT video_id, any_value(creator_id) AS creator_id, any_value(audio_id) AS audio_id,
                any_value(categories) AS categories, any_value(length_ms) AS length_ms
            FROM read_parquet($days) WHERE video_id NOT IN (SELECT video_id FROM read_parquet($videos))
            GROUP BY video_id
        )""",
        {"videos": str(manifest.videos), "days": [str(day) for day in manifest.days]},
    )
    rows = database.execute(
        """
        SELECT video_id, coalesce(creator_id, ''), coalesce(audio_id, ''), coalesce(categories, []),
            coalesce(title, ''), coalesce(hashtags, []), coalesce(length_ms, 0), coalesce(embedding, [])
        FROM videos ORDER BY video"""
    ).fetchall()
    width = max((len(row[7]) for row in rows), default=0)
    embeddings = np.zeros((len(rows), width), dtype=np.float32)
    for at, row in enumerate(rows):
        embeddings[at, : len(row[7])] = row[7]
    return Videos(
        ids=texts(row[0] for row in rows),
        creators=texts(row[1] for row in rows),
        audios=texts(row[2] for row in rows),
        categories=tuple(tuple(row[3]) for row in rows),
        words=tuple(tuple(words_of(row[4], row[5])) for row in rows),
        lengths_ms=np.array([row[6] for row in rows], dtype=np.float32),
        embeddings=embeddings,
    )


def texts(values: object) -> NDArray[np.object_]:
    return np.array(list(values), dtype=np.object_)  # type: ignore[call-overload]
