"""The same graph in less time: what ONNX Runtime is slow at, in operators that it is fast at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, numpy_helper
from onnx.helper import make_node

Array = NDArray[np.generic]

NUMBER_BY_NUMBER = {"Add", "Sub", "Mul", "Div", "Max", "Min", "Log", "Where", "GreaterOrEqual"}


def lean(model: onnx.ModelProto) -> onnx.ModelProto:
    """Changes the model, which says the same but for rounding."""
    graph = LeanGraph(model)
    graph.take_one_logarithm()
    graph.sum_by_products()
    graph.bend_by_logarithm()
    graph.stay_by_column()
    graph.write()
    return model


class LeanGraph:
    def __init__(self, model: onnx.ModelProto) -> None:
        self.graph = model.graph
        self.nodes = list(model.graph.node)
        self.constants = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
        inferred = onnx.shape_inference.infer_shapes(model).graph
        self.shapes = {
            each.name: [size.dim_value for size in each.type.tensor_type.shape.dim]  # 0: any
            for each in (*inferred.value_info, *inferred.input)
        }

    def take_one_logarithm(self) -> None:
        """log(a / b) for log(a) - log(b)."""
        of = {node.output[0]: node.input[0] for node in self.nodes if node.op_type == "Log"}
        for node in self.of_type("Sub"):
            if all(name in of for name in node.input):
                (name,) = node.output
                ratio = self.node("Div", [of[each] for each in node.input], f"{name}_ratio")
                self.replace(node, ratio, self.node("Log", [f"{name}_ratio"], name))

    def sum_by_products(self) -> None:
        """Sums over the rows of a small table a video, weighted or not, are a product with a constant for all videos.

        Einsum, because smaller precisions round what MatMul multiplies by.
        """
        makers = {node.output[0]: node for node in self.nodes}
        for node in self.of_type("ReduceSum"):
            shape = self.shapes.get(node.input[0], [])
            if [size == 0 for size in shape] != [True, False, False] or not self.sums_rows(node):
                continue
            (name,), (_, rows, width) = node.output, shape
            weighted = makers.get(node.input[0])
            spread = makers.get(weighted.input[0]) if weighted and weighted.op_type == "Mul" else None
            if weighted and spread and spread.op_type == "Unsqueeze" and self.is_table(weighted.input[1], rows, width):
                given = [spread.input[0], weighted.input[1]]
                self.replace(node, self.node("Einsum", given, name, equation="nk,kw->nw"))
            else:
                flat = self.constant(f"{name}_shape", np.array([-1, rows * width]))
                ones = self.constant(f"{name}_ones", np.tile(np.eye(width, dtype=np.float32), (rows, 1)))
                table = self.node("Reshape", [node.input[0], flat], f"{name}_table")
                self.replace(node, table, self.node("Einsum", [f"{name}_table", ones], name, equation="nk,kw->nw"))

    def bend_by_logarithm(self) -> None:
        """max(x, 0) + log(1 + exp(-|x|)) for Softplus, which takes four times as long as all of that."""
        for node in self.of_type("Softplus"):
            (given,), (name,) = node.input, node.output
            one = self.constant(f"{name}_one", np.array(1, np.float32))
            self.replace(
                node,
                self.node("Abs", [given], f"{name}_distance"),
                self.node("Neg", [f"{name}_distance"], f"{name}_closeness"),
                self.node("Exp", [f"{name}_closeness"], f"{name}_power"),
                self.node("Add", [f"{name}_power", one], f"{name}_more"),
                self.node("Log", [f"{name}_more"], f"{name}_bend"),
                self.node("Relu", [given], f"{name}_line"),
                self.node("Add", [f"{name}_line", f"{name}_bend"], name),
            )

    def stay_by_column(self) -> None:
        """Columns that are taken out of a table stay by column for what is done number by number: there each is a run,
        all of which has the same number of a vector."""
        by_column: dict[str, str] = {}
        nodes: list[NodeProto] = []

        def by_row(names: Sequence[str]) -> None:
            for name in dict.fromkeys(names):
                if name in by_column:
                    nodes.append(self.node("Transpose", [by_column.pop(name)], name, perm=[1, 0]))

        for node in self.nodes:
            rest = [name for name in node.input if name not in by_column]
            if node.op_type == "Transpose" and len(self.shapes.get(node.input[0], [])) == 2:
                by_row(node.input)
                by_column[node.output[0]] = node.input[0]
            elif len(rest) < len(node.input) and (
                (node.op_type == "Concat" and not rest)
                or (node.op_type in NUMBER_BY_NUMBER and all(self.is_vector(name) for name in rest))
            ):
                (name,) = node.output
                given = [by_column[each] if each in by_column else self.as_column(each) for each in node.input]
                by_column[name] = f"{name}_by_column"
                side_by_side = {"axis": 0} if node.op_type == "Concat" else {}
                nodes.append(self.node(node.op_type, given, by_column[name], **side_by_side))
            else:
                by_row(node.input)
                nodes.append(node)
        by_row([each.name for each in self.graph.output])
        self.nodes = nodes

    def write(self) -> None:
        """Leaves out what nothing needs any more."""
        needed = {each.name for each in self.graph.output}
        kept: list[NodeProto] = []
        for node in reversed(self.nodes):
            if needed & set(node.output):
                kept.append(node)
                needed |= set(node.input)
        constants = [each for each in self.graph.initializer if each.name in needed]
        del self.graph.node[:], self.graph.initializer[:], self.graph.value_info[:]
        self.graph.node.extend(reversed(kept))
        self.graph.initializer.extend(constants)

    def of_type(self, kind: str) -> list[NodeProto]:
        return [node for node in self.nodes if node.op_type == kind]

    def sums_rows(self, node: NodeProto) -> bool:
        """Of tables, so that a vector a table is left."""
        keeps = next((each.i for each in node.attribute if each.name == "keepdims"), 1)
        return not keeps and [axis % 3 for axis in self.constants[node.input[1]].tolist()] == [1]

    def is_table(self, name: str, rows: int, width: int) -> bool:
        return name in self.constants and self.constants[name].shape == (rows, width)

    def is_vector(self, name: str) -> bool:
        return name in self.constants and self.constants[name].ndim < 2

    def as_column(self, name: str) -> str:
        value = self.constants[name]
        return name if value.size == 1 else self.constant(f"{name}_by_column", value[:, np.newaxis])

    def constant(self, name: str, value: Array) -> str:
        if name not in self.constants:
            self.constants[name] = value
            self.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def node(self, kind: str, given: Sequence[str], name: str, **attributes: Any) -> NodeProto:
        return make_node(kind, given, [name], name=f"lean_{name}", **attributes)

    def replace(self, node: NodeProto, *by: NodeProto) -> None:
        at = next(at for at, each in enumerate(self.nodes) if each is node)
        self.nodes[at : at + 1] = by
