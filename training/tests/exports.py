"""Small exports as `vireo samples` writes them, of a world whose rules are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FIRST_DAY_MS = 1_767_225_600_000  # 2026-01-01 in UTC
RECENT = 50

PERSON_FEATURES = ("person_plays_of_known_length_all", "person_long_views_all", "session_pages")
ITEM_FEATURES = (
    "video_length_ms",
    "video_impressions_1h",
    "video_impressions_24h",
    "video_plays_of_known_length_24h",
    "video_long_views_24h",
    "video_likes_24h",
    "recent_of_category",
)
LABELS = ("finish", "long_view", "skipped", "clicked", "liked", "shared", "commented", "followed", "not_interested")


@dataclass(frozen=True)
class World:
    """People like one category each; videos have a category and a quality. Rows of a day are in the order of time."""

    people: int = 40
    videos: int = 60
    categories: int = 4
    days: int = 4
    rows_a_day: int = 200
    seed: int = 1


def write_export(folder: Path, world: World | None = None, *, features_as_of: str = "day") -> Path:
    """Returns the folder."""
    world = world or World()
    random = np.random.default_rng(world.seed)
    folder.mkdir(parents=True)
    quality = random.normal(0, 1, world.videos)
    history = [
        {
            "person": f"p{person}",
            "video_id": f"v{video}",
            "time_ms": at,
            "long_view": bool(likes(person, video, world)),
            "liked": False,
        }
        for person in range(world.people)
        for at, video in enumerate(random.permutation(world.videos)[:5])
    ]
    recent: dict[int, list[tuple[int, int]]] = {person: [] for person in range(world.people)}
    shown, plays, views = (np.zeros(world.videos, dtype=int) for _ in range(3))
    days = []
    for day in range(world.days):
        rows = []
        for at in range(world.rows_a_day):
            person = int(random.integers(world.people))
            video = int(random.integers(world.videos))
            chance = 1 / (1 + np.exp(-(2.5 * likes(person, video, world) + quality[video] - 1.5)))
            viewed = bool(random.random() < chance)
            time_ms = FIRST_DAY_MS + day * DAY_MS + at * (DAY_MS // world.rows_a_day)
            last = recent[person][:RECENT]
            rows.append(
                {
                    "sample_id": f"{day}-{at:05}/0",
                    "slate_id": f"{day}-{at:05}",
                    "item_index": 0,
                    "person": f"p{person}",
                    "video_id": f"v{video}",
                    "creator_id": f"c{video % 20}",
                    "audio_id": None,
                    "categories": [f"k{video % world.categories}"],
                    "length_ms": 20_000,
                    "time_ms": time_ms,
                    "position": at % 3,
                    "surface": ("main", "tab-2")[at % 2],
                    "device": None,
                    "network_kbps": None,
                    "hour_of_day": at * 24 // world.rows_a_day,
                    "weekday": day % 7 + 1,
                    "propensity": None,
                    "watch_ms": int(20_000 * (0.9 + random.random()) if viewed else 8_000 * random.random()),
                    **dict.fromkeys(LABELS, False),
                    "finish": viewed,
                    "long_view": viewed,
                    "skipped": not viewed and bool(random.random() < 0.5),
                    "clicked": viewed or bool(random.random() < 0.2),
                    "liked": viewed and bool(random.random() < 0.3),
                    "recent_videos": [f"v{each}" for each, _ in last],
                    "recent_outcomes": filled([outcome for _, outcome in last]),
                    "recent_gaps_s": filled([60 * (each + 1) for each in range(len(last))]),
                    "recent_watch_ratios": filled([500] * len(last)),
                    "person_plays_of_known_length_all": len(recent[person]),
                    "person_long_views_all": sum(outcome & 4 > 0 for _, outcome in recent[person]),
                    "session_pages": 1,
                    "video_length_ms": 20_000,
                    "video_impressions_1h": int(shown[video] // 24),
                    "video_impressions_24h": int(shown[video]),
                    "video_plays_of_known_length_24h": int(plays[video]),
                    "video_long_views_24h": int(views[video]),
                    "video_likes_24h": 0,
                    "recent_of_category": sum(each % world.categories == video % world.categories for each, _ in last),
                }
            )
            recent[person].insert(0, (video, 1 + 32 + (4 if viewed else 0)))
            shown[video] += 1
            plays[video] += 1
            views[video] += viewed
        date = f"2026-01-{day + 1:02}"
        write(folder / f"date={date}.parquet", rows, SAMPLE_TYPES)
        days.append({"date": date, "file": f"date={date}.parquet", "rows": len(rows)})
    videos = [
        {
            "video_id": f"v{video}",
            "creator_id": f"c{video % 20}",
            "audio_id": None,
            "categories": [f"k{video % world.categories}"],
            "length_ms": 20_000,
            "title": f"Video {video}",
            "hashtags": ["fun"],
            "language": None,
            "embedding": [],
            "upload_ms": FIRST_DAY_MS,
        }
        for video in range(world.videos)
    ]
    write(folder / "videos.parquet", videos, VIDEO_TYPES)
    write(folder / "history.parquet", history, HISTORY_TYPES)
    manifest = {
        "format": 1,
        "createdMs": FIRST_DAY_MS,
        "lakeVersion": 1,
        "featureSet": "feed@1",
        "featuresAsOf": features_as_of,
        "columns": columns(),
        "rows": world.days * world.rows_a_day,
        "days": days,
        "videos": {"file": "videos.parquet", "rows": len(videos)},
        "history": {"file": "history.parquet", "rows": len(history)},
        "leftOut": {"failed": [], "notFinal": 0, "otherFeatures": 0},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def likes(person: int, video: int, world: World) -> bool:
    return person % world.categories == video % world.categories


def filled(values: list[int]) -> list[int]:
    return values + [0] * (RECENT - len(values))


def write(path: Path, rows: list[dict[str, Any]], types: dict[str, str]) -> None:
    lines = path.with_suffix(".json")
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with duckdb.connect() as database:
        listed = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        database.execute(
            f"COPY (SELECT * FROM read_json('{lines}', columns = {{{listed}}})) TO '{path}' (FORMAT parquet)"
        )
    lines.unlink()


def columns() -> list[dict[str, str]]:
    def role(name: str) -> str:
        if name in (*LABELS, "watch_ms"):
            return "label"
        if name in PERSON_FEATURES or (name.startswith("recent_") and name not in ITEM_FEATURES):
            return "person_feature"
        return "item_feature" if name in ITEM_FEATURES else "sample"

    return [{"name": name, "type": kind, "role": role(name)} for name, kind in SAMPLE_TYPES.items()]


SAMPLE_TYPES = {
    **dict.fromkeys(("sample_id", "slate_id"), "VARCHAR"),
    "item_index": "INTEGER",
    **dict.fromkeys(("person", "video_id", "creator_id", "audio_id"), "VARCHAR"),
    "categories": "VARCHAR[]",
    "length_ms": "INTEGER",
    "time_ms": "BIGINT",
    "position": "INTEGER",
    **dict.fromkeys(("surface", "device"), "VARCHAR"),
    **dict.fromkeys(("network_kbps", "hour_of_day", "weekday"), "INTEGER"),
    "propensity": "DOUBLE",
    "watch_ms": "INTEGER",
    **dict.fromkeys(LABELS, "BOOLEAN"),
    "recent_videos": "VARCHAR[]",
    **dict.fromkeys(("recent_outcomes", "recent_gaps_s", "recent_watch_ratios"), "BIGINT[]"),
    **dict.fromkeys((*PERSON_FEATURES, *ITEM_FEATURES), "BIGINT"),
}
VIDEO_TYPES = {
    **dict.fromkeys(("video_id", "creator_id", "audio_id"), "VARCHAR"),
    "categories": "VARCHAR[]",
    "length_ms": "INTEGER",
    "title": "VARCHAR",
    "hashtags": "VARCHAR[]",
    "language": "VARCHAR",
    "embedding": "FLOAT[]",
    "upload_ms": "BIGINT",
}
HISTORY_TYPES = {
    **dict.fromkeys(("person", "video_id"), "VARCHAR"),
    "time_ms": "BIGINT",
    **dict.fromkeys(("long_view", "liked"), "BOOLEAN"),
}
