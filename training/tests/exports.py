"""Small exports as `vireo samples` writes them."""

import json
from pathlib import Path

import duckdb

HOUR_MS = 3_600_000


def write_export(folder: Path, days: int, rows_a_day: int, *, noise: float) -> None:
    """A video's share of long views tells its long views, less with `noise`; the last video has no length."""
    folder.mkdir()
    with duckdb.connect() as database:
        database.execute("SELECT setseed(0.5)")
        database.execute(
            """
            CREATE TABLE samples AS
            SELECT 's' || row AS sample_id, 'p' || (row % 40) AS person, row % 2 AS surface_number, row % 25 AS video,
                row // $rows_a_day AS day, random() AS luck, random() AS noise
            FROM range($days * $rows_a_day) AS rows(row)""",
            {"days": days, "rows_a_day": rows_a_day},
        )
        for day in range(days):
            target = folder / f"date=2026-01-{day + 1:02}.parquet"
            database.execute(
                f"""
                COPY (
                    SELECT sample_id, person, 'surface-' || surface_number AS surface,
                        CASE WHEN video = 24 THEN NULL ELSE 20_000 END AS length_ms,
                        day * {24 * HOUR_MS} + {23 * HOUR_MS} AS time_ms,
                        CASE WHEN video < 24 THEN
                            luck < (CASE WHEN noise < {noise} THEN 0.5 ELSE video / 24 END)
                        END AS long_view,
                        video AS video_long_views_24h, 24 AS video_plays_of_known_length_24h
                    FROM samples WHERE day = {day}
                ) TO '{target}' (FORMAT parquet)"""
            )
    known = ("sample_id", "person", "surface", "length_ms", "time_ms")
    columns = [{"name": name, "type": "VARCHAR", "role": "sample"} for name in known]
    columns += [{"name": "long_view", "type": "BOOLEAN", "role": "label"}]
    features = ("video_long_views_24h", "video_plays_of_known_length_24h")
    columns += [{"name": name, "type": "BIGINT", "role": "item_feature"} for name in features]
    columns += [{"name": "recent_videos", "type": "VARCHAR[]", "role": "person_feature"}]
    files = [{"file": f"date=2026-01-{day + 1:02}.parquet"} for day in range(days)]
    (folder / "manifest.json").write_text(json.dumps({"columns": columns, "days": files}), encoding="utf-8")
