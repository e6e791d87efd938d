"""Writes tests/artifacts/tiny/1, an artifact as training leaves it, of graphs that fit on a page.

Tests of the server copy and damage it. `node scripts/python.mjs training/tests/make_fixture_artifact.py` writes it
anew, with the features that the server has by then.
"""

import hashlib
import json
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tiny_graphs import TABLE_ROWS, WIDTH, Arrays, Shapes, save_ranker, save_tower
from vireo_training.artifact.graphs import Session, export_fp16, export_int8
from vireo_training.hashing import ALGORITHM, hash64, rows_of

ROOT = Path(__file__).parents[2]
IDS = ["0", "1", "17", "videó", "视频"]
SEED = 5
TOLERANCES = {"fp32": 1e-5, "fp16": 5e-3, "int8": 5e-2}


def feature_set() -> dict[str, list[dict[str, object]]]:
    """Names and lengths, as the server has them."""
    module = ROOT / "server/src/features/vector/feed-feature-set.ts"
    script = f"import {{ feedFeatureSet }} from {json.dumps(str(module))}; console.log(JSON.stringify(feedFeatureSet))"
    found = subprocess.run(["node", "--input-type=module", "-e", script], check=True, capture_output=True, text=True)
    features: dict[str, list[dict[str, object]]] = json.loads(found.stdout)
    return features


def named(features: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{key: each[key] for key in ("name", "length") if key in each} for each in features]


def example(inputs: Shapes, videos: int, draw: np.random.Generator) -> Arrays:
    ids = np.stack([rows_of(IDS, TABLE_ROWS, seed) for seed in (1, 2)], axis=1)  # [5, 2]
    arrays: Arrays = {}
    for name, (kind, shape) in inputs.items():
        sizes = [videos if size == "N" else int(size) for size in shape]
        if name == "ids":
            arrays[name] = ids[:videos]
        elif name == "recent_ids":
            arrays[name] = ids[draw.integers(0, len(IDS), 50)][None]  # [1, 50, 2]
        elif kind == "int64":
            arrays[name] = draw.integers(0, TABLE_ROWS, sizes)
        else:
            arrays[name] = np.floor(draw.exponential(50, sizes)).astype(np.float32)
    return arrays


def numbers(value: NDArray[np.generic]) -> dict[str, object]:
    return {"shape": list(value.shape), "values": value.flatten().tolist()}


def tensors(shapes: Shapes) -> list[dict[str, object]]:
    return [{"name": name, "type": kind, "shape": shape} for name, (kind, shape) in shapes.items()]


def write(folder: Path) -> None:
    """Fills an empty folder."""
    draw = np.random.default_rng(SEED)
    features = feature_set()
    person, item = named(features["personFeatures"]), named(features["itemFeatures"])
    count = sum("length" not in each for each in person)
    shapes = {
        "person_tower": save_tower(folder / "person_tower.fp32.onnx", "recent_ids", "vector", draw),
        "video_tower": save_tower(folder / "video_tower.fp32.onnx", "ids", "vectors", draw),
        "ranker": save_ranker(folder / "ranker.fp32.onnx", count, len(item), draw),
    }
    graphs: dict[str, dict[str, object]] = {}
    cases: list[dict[str, object]] = []
    for name, (inputs, outputs) in shapes.items():
        files = {precision: folder / f"{name}.{precision}.onnx" for precision in TOLERANCES}
        export_fp16(files["fp32"], files["fp16"])
        export_int8(files["fp32"], files["int8"], [example(inputs, 5, draw) for _ in range(20)])
        sides = {"inputs": tensors(inputs), "outputs": tensors(outputs)}
        graphs[name] = {precision: {"file": path.name, **sides} for precision, path in files.items()}
        for videos in (1, 5) if name != "person_tower" else (1,):
            given = example(inputs, videos, draw)
            expected = {precision: Session(path).run(given) for precision, path in files.items()}
            cases.append(
                {
                    "graph": name,
                    "inputs": {key: {"type": inputs[key][0], **numbers(value)} for key, value in given.items()},
                    "expected": {
                        precision: {key: numbers(value) for key, value in found.items()}
                        for precision, found in expected.items()
                    },
                }
            )
    write_json(folder / "parity.json", {"cases": cases})
    ids = np.stack([rows_of(IDS, TABLE_ROWS, seed) for seed in (1, 2)], axis=1)  # [5, 2]
    vectors = Session(folder / "video_tower.fp32.onnx").run({"ids": ids})["vectors"]  # [5, D]
    write_json(folder / "video_vectors.ids.json", IDS)
    vectors.astype("<f2").tofile(folder / "video_vectors.f16")
    np.sort(hash64(IDS[1:], 0)).astype("<u8").tofile(folder / "trained_videos.u64")
    one_hash = {"size": TABLE_ROWS, "seeds": [1]}
    tables = ("creators", "audios", "categories", "words", "surfaces", "devices")
    trained = {"file": "trained_videos.u64", "count": len(IDS) - 1, "leastImpressions": 5}
    training = {
        "fromMs": 1_650_844_800_000,
        "untilMs": 1_651_708_800_000,
        "rows": 1_000,
        "seed": SEED,
        "configuration": {"what": "all", "width": WIDTH},
    }
    manifest = {
        "format": 1,
        "name": "tiny",
        "version": "1",
        "createdMs": 1_651_795_200_000,
        "featureSet": f"{features['name']}@{features['version']}",
        "personFeatures": person,
        "itemFeatures": item,
        "hashing": {
            "algorithm": ALGORITHM,
            "tables": {"videos": {"size": TABLE_ROWS, "seeds": [1, 2]}} | dict.fromkeys(tables, one_hash),
        },
        "training": training,
        "twin": training | {"untilMs": 1_651_622_400_000, "rows": 900},
        "graphs": graphs,
        "retrieval": {
            "trainedVideos": trained,
            "videoVectors": {
                "ids": "video_vectors.ids.json",
                "matrix": "video_vectors.f16",
                "count": len(IDS),
                "width": WIDTH,
            },
            "popularity": [{"feature": "video_impressions_24h", "weight": 0.5}],
        },
        "ranking": {
            "trainedVideos": trained,
            "tasks": [
                task("long_view", 400, 1.0),
                task("like", 20, 0.0),
                {"name": "watch_ms", "kind": "watch_time", "positives": 900, "calibration": None, "weight": 0.0},
            ],
        },
        "parity": "parity.json",
        "tolerances": TOLERANCES,
        "metrics": {"long_view.auc": 0.5, "recall@100": 0.25},
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": digest(path)} for path in sorted(folder.iterdir())
        },
    }
    write_json(folder / "manifest.json", manifest)
    (folder / "manifest.sha256").write_text(f"{digest(folder / 'manifest.json')}  manifest.json\n")


def task(name: str, positives: int, weight: float) -> dict[str, object]:
    calibration = {"slope": 1.0, "intercept": 0.0}
    return {"name": name, "kind": "binary", "positives": positives, "calibration": calibration, "weight": weight}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")


def main() -> None:
    folder = ROOT / "tests/artifacts/tiny/1"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    write(folder)


if __name__ == "__main__":
    main()
