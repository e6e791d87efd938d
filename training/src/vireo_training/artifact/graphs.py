"""A model as an ONNX graph, in three precisions."""

from __future__ import annotations

import inspect
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import nn

from vireo_training.artifact.lean_graph import lean

Arrays = Mapping[str, NDArray[np.generic]]

OPSET = 20
WEIGHTED = ("MatMul", "Gemm")


@dataclass(frozen=True)
class Graph:
    """What goes in and comes out, by name; of `rows` the first dimension is the number of videos."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: frozenset[str]


def export_fp32(model: nn.Module, graph: Graph, example: Arrays, path: Path) -> None:
    """The model's forward takes the inputs in their order and gives the outputs in theirs."""
    tensors = tuple(torch.from_numpy(np.ascontiguousarray(example[name])) for name in graph.inputs)
    many = torch.export.Dim("videos", min=1, max=1 << 20)
    shapes = tuple({0: many} if name in graph.rows else None for name in graph.inputs)
    parameters = inspect.signature(model.forward).parameters.values()
    takes_any = any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters)
    with quietly():
        torch.onnx.export(
            model.eval(),
            tensors,
            str(path),
            input_names=list(graph.inputs),
            output_names=list(graph.outputs),
            dynamic_shapes=(shapes,) if takes_any else shapes,
            opset_version=OPSET,
            external_data=False,
            dynamo=True,
            verbose=False,
        )
    onnx.save(lean(onnx.load(path)), path)


def export_fp16(fp32: Path, path: Path) -> None:
    """Inputs and outputs stay as they are, and so does what is done to raw numbers, which exceed fp16."""
    model = onnx.load(fp32)
    half = convert_float_to_float16(model, keep_io_types=True, node_block_list=on_raw_values(model))
    onnx.save(without_detours(half), path)


def without_detours(model: onnx.ModelProto) -> onnx.ModelProto:
    """The conversion casts a constant once for each of its users, under one name, and what stays fp32 down and up."""
    once = {node.output[0]: node for node in model.graph.node}
    casts = {name: node for name, node in once.items() if node.op_type == "Cast"}
    given = {each.name for each in model.graph.input}
    for node in once.values():
        for at, name in enumerate(node.input):
            up = casts.get(name)
            down = up and casts.get(up.input[0])
            # Other casts to fp16 are the model's own, of what was never fp32.
            is_detour = down is not None and (down.input[0] in given or down.input[0].endswith("_cast_to_fp16"))
            if up and down and is_detour and cast_to(up) == onnx.TensorProto.FLOAT:
                node.input[at] = down.input[0]
    outputs = {each.name for each in model.graph.output}
    for node in casts.values():
        # An output that stays fp32 came back from fp16, which ends at 65,504.
        down = casts.get(node.input[0])
        if node.output[0] in outputs and down and down.input[0].endswith("_cast_to_fp16"):
            node.input[0] = down.input[0]
    used = {name for node in once.values() for name in node.input} | outputs
    del model.graph.node[:]
    model.graph.node.extend(node for name, node in once.items() if node.op_type != "Cast" or name in used)
    return model


def cast_to(node: onnx.NodeProto) -> int:
    return next(int(attribute.i) for attribute in node.attribute if attribute.name == "to")


def on_raw_values(model: onnx.ModelProto) -> list[str]:
    """Names of the nodes that numbers of the inputs go through before weights are applied to them."""
    reached = {each.name for each in model.graph.input if each.type.tensor_type.elem_type == onnx.TensorProto.FLOAT}
    found = []
    for node in model.graph.node:  # in the order in which they can be computed
        if node.op_type not in WEIGHTED and reached & set(node.input):
            found.append(node.name)
            reached |= set(node.output)
    return found


def export_int8(fp32: Path, path: Path, calibration: Sequence[Arrays]) -> None:
    """Static scales from `calibration`, so that a candidate scores the same alone and among many.

    Weights are signed with a scale a channel and 7 bits (processors without VNNI saturate at 8), activations unsigned.
    """
    prepared = path.with_suffix(".prepared")
    try:
        with quietly():
            quant_pre_process(str(fp32), str(prepared), skip_symbolic_shape=True)
            quantize_static(
                str(prepared),
                str(path),
                Feed(calibration),
                quant_format=QuantFormat.QDQ,
                nodes_to_quantize=with_weights(onnx.load(prepared)),
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
    finally:
        prepared.unlink(missing_ok=True)


def with_weights(model: onnx.ModelProto) -> list[str]:
    """Names of the nodes that multiply by weights or read rows of an embedding. Other tables hold milliseconds."""
    constants = {each.name for each in model.graph.initializer}

    def has_weights(node: onnx.NodeProto) -> bool:
        if node.op_type == "Gather":
            return node.input[0] in constants and node.input[0].endswith(".weight")
        return node.op_type in WEIGHTED and constants >= set(node.input[1:])

    return [node.name for node in model.graph.node if has_weights(node)]


class Feed(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, inputs: Sequence[Arrays]) -> None:
        self.rest: Iterator[Arrays] = iter(inputs)

    def get_next(self) -> Arrays | None:
        return next(self.rest, None)


@contextmanager
def quietly() -> Iterator[None]:
    """The exporters warn of what is missing that is not needed, and of names they choose themselves."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.disable(before)


class Session:
    """A graph as servers run it: one thread, on the CPU."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.inputs = tuple(each.name for each in self.session.get_inputs())
        self.outputs = tuple(each.name for each in self.session.get_outputs())

    def run(self, inputs: Arrays) -> dict[str, NDArray[np.float32]]:
        found = self.session.run(None, {name: inputs[name] for name in self.inputs})
        return dict(zip(self.outputs, found, strict=True))
