"""An export as a whole."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from vireo_training.data.history import History, read_history
from vireo_training.data.manifest import ExportError, ExportManifest, read_manifest
from vireo_training.data.retrieval import RetrievalData
from vireo_training.data.samples import Samples, read_samples
from vireo_training.data.videos import Videos, read_videos

__all__ = ["Export", "ExportError", "read_export"]


@dataclass(frozen=True)
class Export:
    manifest: ExportManifest
    videos: Videos
    history: History
    samples: Samples

    @property
    def retrieval(self) -> RetrievalData:
        return RetrievalData(self.videos, self.history, self.samples)


def read_export(folder: Path, utc_offset_hours: int) -> Export:
    """Days begin `utc_offset_hours` before those of UTC. Raises ExportError where the folder can't be trained on.

    Two exports of the same lake number people and videos alike.
    """
    manifest = read_manifest(folder)
    try:
        with duckdb.connect() as database:
            videos = read_videos(database, manifest)
            samples = read_samples(database, manifest, utc_offset_hours)
            history = read_history(database, manifest)
    except duckdb.Error as error:
        raise ExportError(f"{folder} can't be read ({error}); make the export again") from error
    return Export(manifest, videos, history, samples)
