"""Writes an artifact as docs/models.md describes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vireo_training.artifact import distributions
from vireo_training.artifact.distributions import Distributions
from vireo_training.artifact.folder import new_artifact
from vireo_training.artifact.served_graph import ServedGraph, graph_entry, parity_cases, write_graph
from vireo_training.data import Videos
from vireo_training.evaluation.results import Estimate
from vireo_training.facts import FACT_SEED, ID_SEEDS, TableSizes
from vireo_training.hashing import ALGORITHM, hash64

FORMAT = 1
EXPORT = 2
"""How graphs are made of a model: other graphs are another version, though they say the same."""
TOLERANCES = {"fp32": 1e-5, "fp16": 2e-2, "int8": 1e-1}
"""Relative to max(1, |x|). Kernels of other processors round fp16 and int8 differently."""


@dataclass(frozen=True)
class Known:
    """Videos whose ids a model was trained on often enough."""

    videos: NDArray[np.bool_]  # [V]
    least_impressions: int


@dataclass(frozen=True)
class RetrievalPart:
    known: Known
    vectors: NDArray[np.float32]  # [V, D]
    popularity: Mapping[str, float]
    """Weights of log(1 + item feature), by its name."""


@dataclass(frozen=True)
class Task:
    name: str
    kind: str
    """`binary` or `watch_time`."""
    positives: int
    calibration: tuple[float, float] | None
    """Slope and intercept that the graph has applied to the logit."""
    weight: float
    """In the value."""


@dataclass(frozen=True)
class RankingPart:
    known: Known
    tasks: Sequence[Task]


@dataclass(frozen=True)
class TrainingRun:
    from_ms: int
    until_ms: int
    rows: int
    seed: int
    configuration: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "fromMs": self.from_ms,
            "untilMs": self.until_ms,
            "rows": self.rows,
            "seed": self.seed,
            "configuration": dict(self.configuration),
        }


@dataclass(frozen=True)
class Artifact:
    name: str
    created_ms: int
    feature_set: str
    person_features: Sequence[Mapping[str, Any]]
    item_features: Sequence[Mapping[str, Any]]
    tables: TableSizes
    training: TrainingRun
    twin: TrainingRun | None
    """The model that the metrics are from, where it is not this one."""
    graphs: Sequence[ServedGraph]
    videos: Videos
    retrieval: RetrievalPart | None
    ranking: RankingPart | None
    metrics: Mapping[str, Estimate]
    distributions: Distributions | None
    """None where what it went on from has none."""


def write_artifact(registry: Path, artifact: Artifact) -> Path:
    """The folder. Its version is the training window's end and a digest of all that made it."""
    metrics = {name: found.value for name, found in artifact.metrics.items()}
    digest = hashlib.sha256(json.dumps([artifact.training.to_json(), metrics, EXPORT], sort_keys=True).encode())
    version = f"{np.datetime64(artifact.training.until_ms, 'ms').astype('datetime64[D]')}-{digest.hexdigest()[:8]}"
    with new_artifact(registry, artifact.name, version) as folder:
        graphs: dict[str, dict[str, Any]] = {}
        cases = []
        for served in artifact.graphs:
            files = write_graph(folder, served)
            graphs[served.name] = {precision: graph_entry(file, served.graph) for precision, file in files.items()}
            cases += parity_cases(served, files)
        write_json(folder / "parity.json", {"cases": cases})
        if artifact.distributions:
            write_json(folder / distributions.FILE, artifact.distributions.to_json())
        manifest = {
            "format": FORMAT,
            "name": artifact.name,
            "version": version,
            "createdMs": artifact.created_ms,
            "featureSet": artifact.feature_set,
            "personFeatures": list(artifact.person_features),
            "itemFeatures": list(artifact.item_features),
            "hashing": hashing(artifact.tables),
            "training": artifact.training.to_json(),
            "twin": artifact.twin and artifact.twin.to_json(),
            "graphs": graphs,
            "retrieval": artifact.retrieval and retrieval_entry(folder, artifact.videos, artifact.retrieval),
            "ranking": artifact.ranking and ranking_entry(folder, artifact.videos, artifact.ranking),
            "parity": "parity.json",
            "tolerances": TOLERANCES,
            "metrics": metrics,
            "intervals": {
                name: {"low": found.low, "high": found.high}
                for name, found in artifact.metrics.items()
                if found.low is not None
            },
        }
        if artifact.distributions:
            manifest["distributions"] = distributions.FILE
        manifest["files"] = {path.name: digest_of(path) for path in sorted(folder.iterdir())}
        write_json(folder / "manifest.json", manifest, indent=2)
        vouched = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
        (folder / "manifest.sha256").write_text(f"{vouched}  manifest.json\n", encoding="utf-8")
    return registry / artifact.name / version


def retrieval_entry(folder: Path, videos: Videos, part: RetrievalPart) -> dict[str, Any]:
    write_json(folder / "video-ids.json", videos.ids.tolist())
    (folder / "video-vectors.f16").write_bytes(part.vectors.astype("<f2").tobytes())
    count, width = part.vectors.shape
    return {
        "trainedVideos": known_entry(folder / "towers-know.u64", videos, part.known),
        "videoVectors": {"ids": "video-ids.json", "matrix": "video-vectors.f16", "count": count, "width": width},
        "popularity": [{"feature": feature, "weight": weight} for feature, weight in part.popularity.items()],
    }


def ranking_entry(folder: Path, videos: Videos, part: RankingPart) -> dict[str, Any]:
    return {
        "trainedVideos": known_entry(folder / "ranker-knows.u64", videos, part.known),
        "tasks": [
            {
                "name": task.name,
                "kind": task.kind,
                "positives": task.positives,
                "calibration": task.calibration and dict(zip(("slope", "intercept"), task.calibration, strict=True)),
                "weight": task.weight,
            }
            for task in part.tasks
        ],
    }


def known_entry(path: Path, videos: Videos, known: Known) -> dict[str, Any]:
    hashes = np.unique(hash64(list(videos.ids[known.videos]), 0))
    path.write_bytes(hashes.astype("<u8").tobytes())
    return {"file": path.name, "count": len(hashes), "leastImpressions": known.least_impressions}


def hashing(tables: TableSizes) -> dict[str, Any]:
    facts = ("creators", "audios", "categories", "words", "surfaces", "devices")
    return {
        "algorithm": ALGORITHM,
        "tables": {
            "videos": {"size": tables.videos, "seeds": list(ID_SEEDS)},
            **{name: {"size": getattr(tables, name), "seeds": [FACT_SEED]} for name in facts},
        },
    }


def digest_of(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def write_json(path: Path, value: object, indent: int | None = None) -> None:
    separators = (",", ":") if indent is None else None
    path.write_text(json.dumps(value, indent=indent, separators=separators, allow_nan=False) + "\n", encoding="utf-8")
