"""A graph in all precisions, with what a server compares its own numbers with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from vireo_training.artifact.graphs import Arrays, Graph, Session, export_fp16, export_fp32, export_int8

PRECISIONS = ("fp32", "fp16", "int8")


@dataclass(frozen=True)
class ServedGraph:
    name: str
    """`person_tower`, `video_tower` or `ranker`."""
    model: nn.Module
    graph: Graph
    calibration: Sequence[Arrays]
    """Requests of the training days: int8 takes its scales from them."""
    parity: Sequence[Arrays]
    """Requests that a server computes again when it loads the artifact."""


def write_graph(folder: Path, served: ServedGraph) -> dict[str, Path]:
    """By precision."""
    files = {precision: folder / f"{served.name}.{precision}.onnx" for precision in PRECISIONS}
    taken = [{name: request[name] for name in served.graph.inputs} for request in served.calibration]
    export_fp32(served.model, served.graph, taken[0], files["fp32"])
    export_fp16(files["fp32"], files["fp16"])
    export_int8(files["fp32"], files["int8"], taken)
    return files


def graph_entry(file: Path, graph: Graph) -> dict[str, Any]:
    session = Session(file)

    def entry(of: Any) -> dict[str, Any]:
        shape = ["N" if at == 0 and of.name in graph.rows else int(size) for at, size in enumerate(of.shape)]
        return {"name": of.name, "type": TYPES[of.type], "shape": shape}

    return {
        "file": file.name,
        "inputs": [entry(each) for each in session.session.get_inputs()],
        "outputs": [entry(each) for each in session.session.get_outputs()],
    }


TYPES = {"tensor(float)": "float32", "tensor(int64)": "int64"}


def parity_cases(served: ServedGraph, files: dict[str, Path]) -> list[dict[str, Any]]:
    sessions = {precision: Session(file) for precision, file in files.items()}
    return [
        {
            "graph": served.name,
            "inputs": {
                name: {"type": str(request[name].dtype), **listed(request[name])} for name in served.graph.inputs
            },
            "expected": {
                precision: {name: listed(values) for name, values in session.run(request).items()}
                for precision, session in sessions.items()
            },
        }
        for request in served.parity
    ]


def listed(values: NDArray[np.generic]) -> dict[str, Any]:
    # float() of a float32 has more digits than it needs, and is exact.
    return {"shape": list(values.shape), "values": values.ravel().tolist()}
