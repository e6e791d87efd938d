"""Samples as columns: what was displayed, with what was known, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from vireo_training.data.manifest import ExportError, ExportManifest
from vireo_training.data.videos import Floats, Ints, texts

MS_PER_HOUR = 3_600_000
MS_PER_DAY = 24 * MS_PER_HOUR

LABELS = {
    "finish": "finish",
    "long_view": "long_view",
    "like": "liked",
    "share": "shared",
    "comment": "commented",
    "follow": "followed",
    "skip": "skipped",
    "not_interested": "not_interested",
    "click": "clicked",
    "watch_ms": "watch_ms",
}
"""Columns of an export by task."""

RECENT = 50
"""How many of a person's last videos a sample tells."""


@dataclass(frozen=True)
class Samples:
    """N samples in the order of time."""

    people: NDArray[np.object_]  # names by number, shared by all parts of an export
    surfaces: tuple[str, ...]
    devices: tuple[str, ...]
    person_features: tuple[str, ...]  # P names
    item_features: tuple[str, ...]  # I names
    sample_id: NDArray[np.object_]  # [N] str
    person: Ints  # [N], into `people`
    video: Ints  # [N], into the catalogue
    time_ms: Ints  # [N], when the page was served
    day: Ints  # [N], days since 1970 at the offset
    surface: Ints  # [N], into `surfaces`
    device: Ints  # [N], into `devices`; '' is unknown
    network_kbps: Floats  # [N], 0 unknown
    hour_of_day: Ints  # [N]
    weekday: Ints  # [N], 1 to 7
    position: Ints  # [N], -1 unknown
    propensity: Floats  # [N], NaN unknown, 0 where no draw placed it
    person_values: Floats  # [N, P], raw
    item_values: Floats  # [N, I], raw
    recent_videos: NDArray[np.int32]  # [N, 50] into the catalogue, newest first; -1 none
    recent_outcomes: NDArray[np.int32]  # [N, 50] bits
    recent_gaps_s: Floats  # [N, 50]
    recent_watch_ratios: Floats  # [N, 50] thousandths; -1 unknown
    labels: dict[str, Floats]  # each [N]: 0 or 1, or ms; NaN unknown

    def __len__(self) -> int:
        return len(self.person)

    def where(self, rows: NDArray[np.bool_] | Ints) -> Samples:
        """Some of the samples, by mask or by number."""
        columns = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name not in SHARED | {"labels"}
        }
        return replace(self, **columns, labels={task: values[rows] for task, values in self.labels.items()})

    def before(self, day: int) -> Samples:
        return self.where(self.day < day)

    def on(self, day: int) -> Samples:
        return self.where(self.day == day)


SHARED = frozenset({"people", "surfaces", "devices", "person_features", "item_features"})


def read_samples(database: duckdb.DuckDBPyConnection, manifest: ExportManifest, utc_offset_hours: int) -> Samples:
    """Needs the table `videos`, makes `people`. Raises ExportError where a feature is not a number."""
    paths = [str(day) for day in manifest.days]
    names = [*manifest.person_features, *manifest.item_features]
    labels = ", ".join(f"{column}::FLOAT AS label_{task}" for task, column in LABELS.items())
    database.execute(
        """
        CREATE TEMP TABLE ordered AS SELECT row_number() OVER (ORDER BY time_ms, sample_id) - 1 AS row, *
        FROM read_parquet($paths) ORDER BY row""",
        {"paths": paths},
    )
    database.execute(
        f"""
        CREATE TEMP TABLE people AS SELECT person, row_number() OVER (ORDER BY person) - 1 AS number FROM (
            SELECT person FROM ordered UNION SELECT person FROM read_parquet('{manifest.history}'))"""
    )
    columns = database.execute(
        f"""
        SELECT sample_id, people.number AS person, videos.video, time_ms, (time_ms + $offset_ms) // {MS_PER_DAY} AS day,
            coalesce(surface, '') AS surface, coalesce(device, '') AS device,
            coalesce(network_kbps, 0)::FLOAT AS network_kbps, hour_of_day, weekday,
            coalesce(position, -1) AS position, propensity::FLOAT AS propensity, {labels}
        FROM ordered JOIN people USING (person) JOIN videos USING (video_id) ORDER BY row""",
        {"offset_ms": utc_offset_hours * MS_PER_HOUR},
    ).fetchnumpy()
    features = database.execute(
        f"SELECT {', '.join(f'{quoted(name)}::FLOAT AS {quoted(name)}' for name in names)} FROM ordered ORDER BY row"
    ).fetchnumpy()
    values = np.empty((len(columns["video"]), len(names)), dtype=np.float32)  # [N, P + I]
    for at, name in enumerate(names):
        values[:, at] = known(features.pop(name))
        if np.isnan(values[:, at]).any():
            raise ExportError(f"the feature {name} is not a number in {manifest.folder}; make the export again")
    surfaces, surface = np.unique(columns["surface"].astype(str), return_inverse=True)
    devices, device = np.unique(columns["device"].astype(str), return_inverse=True)
    people = database.execute("SELECT person FROM people ORDER BY number").fetchall()
    return Samples(
        people=texts(row[0] for row in people),
        surfaces=tuple(str(each) for each in surfaces),
        devices=tuple(str(each) for each in devices),
        person_features=manifest.person_features,
        item_features=manifest.item_features,
        sample_id=np.asarray(columns["sample_id"], dtype=np.object_),
        person=np.asarray(columns["person"], dtype=np.int64),
        video=np.asarray(columns["video"], dtype=np.int64),
        time_ms=np.asarray(columns["time_ms"], dtype=np.int64),
        day=np.asarray(columns["day"], dtype=np.int64),
        hour_of_day=np.asarray(columns["hour_of_day"], dtype=np.int64),
        weekday=np.asarray(columns["weekday"], dtype=np.int64),
        position=np.asarray(columns["position"], dtype=np.int64),
        surface=surface.astype(np.int64),
        device=device.astype(np.int64),
        network_kbps=known(columns["network_kbps"]),
        propensity=known(columns["propensity"]),
        person_values=values[:, : len(manifest.person_features)].copy(),
        item_values=values[:, len(manifest.person_features) :].copy(),
        **read_recent(database, len(values)),
        labels={task: known(columns[f"label_{task}"]) for task in LABELS},
    )


def read_recent(database: duckdb.DuckDBPyConnection, rows: int) -> dict[str, Any]:
    lists = database.execute(
        """
        SELECT unnest(recent_outcomes)::INTEGER AS outcomes, unnest(recent_gaps_s)::FLOAT AS gaps,
            unnest(recent_watch_ratios)::FLOAT AS ratios FROM ordered"""
    ).fetchnumpy()
    named = database.execute(
        """
        SELECT row, place, video FROM (
            SELECT row, unnest(recent_videos) AS video_id, generate_subscripts(recent_videos, 1) - 1 AS place
            FROM ordered
        ) JOIN videos USING (video_id)"""
    ).fetchnumpy()
    videos = np.full((rows, RECENT), -1, dtype=np.int32)  # [N, 50]
    videos[named["row"], named["place"]] = named["video"]
    return {
        "recent_videos": videos,
        "recent_outcomes": np.asarray(lists["outcomes"], dtype=np.int32).reshape(rows, RECENT),
        "recent_gaps_s": known(lists["gaps"]).reshape(rows, RECENT),
        "recent_watch_ratios": known(lists["ratios"]).reshape(rows, RECENT),
    }


def known(column: NDArray[np.float32]) -> Floats:
    """NULL becomes NaN."""
    return np.ma.filled(np.ma.asarray(column, dtype=np.float32), np.nan)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
