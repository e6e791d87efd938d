"""Graphs that fit on a page, with inputs and outputs as the server knows them."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

WIDTH = 4
TABLE_ROWS = 32
TYPES = {"int64": TensorProto.INT64, "float32": TensorProto.FLOAT}

Arrays = dict[str, NDArray[np.generic]]
Shapes = dict[str, tuple[str, list[int | str]]]
Node = tuple[str, list[str], str, dict[str, int]]


def save(path: Path, nodes: list[Node], weights: Arrays, inputs: Shapes, outputs: Shapes) -> None:
    made = []
    for kind, given, output, attributes in nodes:
        node = helper.make_node(kind, given, [output], name=output)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        made.append(node)
    graph = helper.make_graph(
        made,
        path.name,
        [helper.make_tensor_value_info(name, TYPES[kind], shape) for name, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info(name, TYPES[kind], shape) for name, (kind, shape) in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def save_ranker(path: Path, person: int, item: int, draw: np.random.Generator) -> tuple[Shapes, Shapes]:
    """Two logits and a time, linear in logarithms of four features a side and in rows of ids and surface."""
    inputs: Shapes = {
        "person_values": ("float32", [1, person]),
        "surface": ("int64", [1]),
        "ids": ("int64", ["N", 2]),
        "item_values": ("float32", ["N", item]),
    }
    outputs: Shapes = {"logits": ("float32", ["N", 2]), "watch_ms": ("float32", ["N"])}
    nodes: list[Node] = []
    for side in ("person", "item"):
        nodes += [
            ("Gather", [f"{side}_values", "first"], f"{side}_first", {"axis": 1}),  # [1 or N, 4]
            ("Clip", [f"{side}_first", "zero", "most"], f"{side}_clipped", {}),
            ("Add", [f"{side}_clipped", "one"], f"{side}_more", {}),
            ("Log", [f"{side}_more"], f"{side}_log", {}),
            ("MatMul", [f"{side}_log", f"{side}_weights"], f"{side}_part", {}),  # [1 or N, 3]
        ]
    nodes += [
        ("Gather", ["id_table", "ids"], "id_rows", {"axis": 0}),  # [N, 2, 3]
        ("ReduceSum", ["id_rows", "axis_one"], "id_part", {"keepdims": 0}),  # [N, 3]
        ("Gather", ["surface_table", "surface"], "surface_part", {"axis": 0}),  # [1, 3]
        ("Add", ["person_part", "surface_part"], "request_part", {}),  # [1, 3]
        ("Add", ["item_part", "id_part"], "video_part", {}),  # [N, 3]
        ("Add", ["video_part", "request_part"], "all", {}),  # [N, 3]
        ("Gather", ["all", "binary"], "logits", {"axis": 1}),  # [N, 2]
        ("Gather", ["all", "time"], "seconds", {"axis": 1}),  # [N]
        ("Mul", ["seconds", "thousand"], "watch_ms", {}),  # [N]
    ]
    weights: Arrays = {
        "first": np.arange(4),
        "zero": np.array(0, np.float32),
        "most": np.array(1e4, np.float32),
        "one": np.array(1, np.float32),
        "thousand": np.array(1_000, np.float32),
        "axis_one": np.array([1]),
        "binary": np.array([0, 1]),
        "time": np.array(2),
        "person_weights": draw.normal(0, 0.1, (4, 3)).astype(np.float32),
        "item_weights": draw.normal(0, 0.1, (4, 3)).astype(np.float32),
        "id_table": draw.normal(0, 0.3, (TABLE_ROWS, 3)).astype(np.float32),
        "surface_table": draw.normal(0, 0.3, (TABLE_ROWS, 3)).astype(np.float32),
    }
    save(path, nodes, weights, inputs, outputs)
    return inputs, outputs


def save_tower(path: Path, ids: str, vectors: str, draw: np.random.Generator) -> tuple[Shapes, Shapes]:
    """Rows of ids through one layer: of a person the mean of the last videos' rows, of a video its own."""
    of_person = ids == "recent_ids"
    inputs: Shapes = {ids: ("int64", [1, 50, 2] if of_person else ["N", 2])}
    outputs: Shapes = {vectors: ("float32", [1 if of_person else "N", WIDTH])}
    weights: Arrays = {
        "table": draw.normal(0, 1, (TABLE_ROWS, WIDTH)).astype(np.float32),
        "layer": draw.normal(0, 0.5, (WIDTH, WIDTH)).astype(np.float32),
        "axes": np.array([1, 2] if of_person else [1]),
    }
    nodes: list[Node] = [
        ("Gather", ["table", ids], "rows", {"axis": 0}),  # [1, 50, 2, D] or [N, 2, D]
        ("ReduceMean", ["rows", "axes"], "mean", {"keepdims": 0}),  # [1 or N, D]
        ("MatMul", ["mean", "layer"], vectors, {}),  # [1 or N, D]
    ]
    save(path, nodes, weights, inputs, outputs)
    return inputs, outputs
