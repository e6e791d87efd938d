"""Reads what `vireo samples` has written: features that are numbers, not those that are lists."""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

MS_PER_HOUR = 3_600_000
MS_PER_DAY = 24 * MS_PER_HOUR


@dataclass(frozen=True)
class Samples:
    """Samples whose long view is known, N rows in the order of time."""

    long_view: NDArray[np.bool_]  # [N]
    person: NDArray[np.int64]  # [N], numbers of people
    day: NDArray[np.int64]  # [N], days since 1970 at the offset
    surface: NDArray[np.int64]  # [N], numbers of surfaces
    length_ms: NDArray[np.float64]  # [N]
    features: dict[str, NDArray[np.float64]]  # each [N], NaN where unknown


def read_samples(folder: Path, utc_offset_hours: int) -> Samples:
    """Days begin `utc_offset_hours` before those of UTC. Raises ValueError where the folder holds no export."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{folder} holds no manifest.json; make it with `vireo samples --out {folder}`") from None
    is_number = {"person_feature": "BIGINT", "item_feature": "BIGINT"}
    names = [column["name"] for column in manifest["columns"] if column["type"] == is_number.get(column["role"])]
    files = [str(folder / day["file"]) for day in manifest["days"]]
    if not files:
        raise ValueError(f"{folder} holds no samples")
    features = ", ".join(f"{quoted(name)}::DOUBLE AS {quoted(name)}" for name in names)
    query = f"""
        SELECT long_view, dense_rank() OVER (ORDER BY person) AS person, (time_ms + $offset_ms) // {MS_PER_DAY} AS day,
            dense_rank() OVER (ORDER BY surface) AS surface, length_ms::DOUBLE AS length_ms, {features}
        FROM read_parquet($files) WHERE long_view IS NOT NULL ORDER BY time_ms, sample_id"""
    with duckdb.connect() as database:
        columns = database.execute(query, {"files": files, "offset_ms": utc_offset_hours * MS_PER_HOUR}).fetchnumpy()
    return Samples(
        long_view=np.asarray(columns["long_view"], dtype=np.bool_),
        person=np.asarray(columns["person"], dtype=np.int64),
        day=np.asarray(columns["day"], dtype=np.int64),
        surface=np.asarray(columns["surface"], dtype=np.int64),
        length_ms=known(columns["length_ms"]),
        features={name: known(columns[name]) for name in names},
    )


def known(column: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
