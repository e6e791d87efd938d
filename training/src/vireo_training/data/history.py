"""What people did before there were times to it."""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from vireo_training.data.manifest import ExportManifest
from vireo_training.data.videos import Ints


@dataclass(frozen=True)
class History:
    """H plays, a person's after each other in their order. All of them come before all samples."""

    person: Ints  # [H], into `Samples.people`
    video: Ints  # [H], into the catalogue
    long_view: NDArray[np.bool_]  # [H]; unknown counts as no
    liked: NDArray[np.bool_]  # [H]

    def __len__(self) -> int:
        return len(self.person)


def read_history(database: duckdb.DuckDBPyConnection, manifest: ExportManifest) -> History:
    """Needs the tables `videos` and `people`."""
    columns = database.execute(
        """
        SELECT people.number AS person, videos.video, coalesce(long_view, false) AS long_view, liked
        FROM read_parquet($path) JOIN people USING (person) JOIN videos USING (video_id)
        ORDER BY person, time_ms, video""",
        {"path": str(manifest.history)},
    ).fetchnumpy()
    return History(
        person=np.asarray(columns["person"], dtype=np.int64),
        video=np.asarray(columns["video"], dtype=np.int64),
        long_view=np.asarray(columns["long_view"], dtype=np.bool_),
        liked=np.asarray(columns["liked"], dtype=np.bool_),
    )
