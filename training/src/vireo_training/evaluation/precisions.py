"""What smaller numbers and fewer weights cost: the figures that training left in an artifact's manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vireo_training.evaluation.results import Column, Comparison, Estimate, Row, Table

REFERENCE, PRUNED = "fp32", "pruned"
ROWS = {REFERENCE: REFERENCE, "fp16": "fp16", "int8": "int8", PRUNED: "fp32, half of the weights pruned"}
BYTES_PER_MB = 1_000_000


def precision_tables(registry: Path) -> list[Table]:
    """Of the artifact that has learned the newest samples; none where no artifact has such figures."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in registry.glob("feed/[!.]*/manifest.json")]
    judged = [manifest for manifest in found if any(name.startswith(prefix(PRUNED)) for name in manifest["metrics"])]
    newest = max(judged, key=lambda manifest: (manifest["training"]["untilMs"], manifest["version"]), default=None)
    return [] if newest is None else [precision_table(newest)]


def prefix(row: str) -> str:
    return f"ranker.{row}.auc."


def precision_table(manifest: dict[str, Any]) -> Table:
    metrics = manifest["metrics"]
    tasks = [name.removeprefix(prefix(REFERENCE)) for name in metrics if name.startswith(prefix(REFERENCE))]
    aucs = {row: [float(metrics[prefix(row) + task]) for task in tasks] for row in ROWS}
    sizes = {row: manifest["files"].get(f"ranker.{row}.onnx") for row in ROWS}

    def cells(row: str) -> tuple[Estimate | None, ...]:
        size = sizes[row]
        return (*map(Estimate, aucs[row]), Estimate(size["bytes"] / BYTES_PER_MB) if size else None)

    def differences(row: str) -> tuple[Estimate | None, ...]:
        return (*(Estimate(own - exact) for own, exact in zip(aucs[row], aucs[REFERENCE], strict=True)), None)

    return Table(
        section="Precision",
        title=f"AUC of the ranker {manifest['version']}",
        columns=(*(Column(task, "higher", 5) for task in tasks), Column("MB", "none", 2)),
        rows=tuple(Row(name, cells(row)) for row, name in ROWS.items()),
        comparisons=(
            Comparison(REFERENCE, tuple(Row(name, differences(row)) for row, name in ROWS.items() if row != REFERENCE)),
        ),
        note=(
            "On the last day of its samples, by its twin that has not learned that day, through the exported graphs, a"
            " request at a time. The smallest weights of all layers were set to 0 without training anew: a graph with"
            " zeros is neither smaller nor faster, so that this is no saving."
        ),
    )
