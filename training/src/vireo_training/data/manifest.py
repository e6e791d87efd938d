"""What the manifest of an export says."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class ExportError(ValueError):
    """An export that can't be trained on; the message says what to do."""


@dataclass(frozen=True)
class ExportManifest:
    folder: Path
    created_ms: int
    lake_version: int
    feature_set: str
    """Name and version."""
    features_as_of: str
    """`page`, or to when features were frozen."""
    person_features: tuple[str, ...]
    """Numbers of the person, in order; lists are not among them."""
    item_features: tuple[str, ...]
    lists: tuple[str, ...]
    """Features of the person that are lists, in order."""
    days: tuple[Path, ...]
    videos: Path
    history: Path
    failed_rows: int
    """Left out, because their data quality failed."""


def read_manifest(folder: Path) -> ExportManifest:
    """Raises ExportError where the folder holds no export of this format."""
    path = folder / "manifest.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExportError(f"{folder} holds no manifest.json; make it with `vireo samples --out {folder}`") from None
    except json.JSONDecodeError as error:
        raise ExportError(f"{path} is no JSON ({error}); make the export again") from None
    if found.get("format") != 1:
        raise ExportError(f"{path} is of format {found.get('format')}, not 1; make the export again")
    if not found["days"]:
        raise ExportError(f"{folder} holds no samples; there is nothing to learn from yet")
    columns = found["columns"]

    def named(role: str) -> tuple[str, ...]:
        return tuple(each["name"] for each in columns if each["role"] == role and each["type"] == "BIGINT")

    return ExportManifest(
        folder=folder,
        created_ms=found["createdMs"],
        lake_version=found["lakeVersion"],
        feature_set=found["featureSet"],
        features_as_of=found["featuresAsOf"],
        person_features=named("person_feature"),
        item_features=named("item_feature"),
        lists=tuple(each["name"] for each in columns if each["type"] == "BIGINT[]"),
        days=tuple(folder / day["file"] for day in found["days"]),
        videos=folder / found["videos"]["file"],
        history=folder / found["history"]["file"],
        failed_rows=sum(each["rows"] for each in found["leftOut"]["failed"]),
    )
