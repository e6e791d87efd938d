from pathlib import Path

from vireo_training.evaluation.plots import draw_differences
from vireo_training.evaluation.results import Column, Comparison, Estimate, Row, Table


def drawn(columns: int, path: Path) -> bytes:
    table = Table("Ranking", "AUC of all tasks", (Column("AUC", "higher"),) * columns, ())
    cells = (Estimate(0.01, -0.01, 0.02), Estimate(0.01), None)
    comparison = Comparison("LightGBM", tuple(Row(f"row {cell}", (cell,) * columns) for cell in cells))
    draw_differences(table, comparison, path)
    return path.read_bytes()


def test_differences_are_drawn_for_as_many_columns_as_there_are(tmp_path: Path) -> None:
    few, many = drawn(2, tmp_path / "few.png"), drawn(6, tmp_path / "many.png")
    assert few.startswith(b"\x89PNG\r\n")
    assert len(many) > len(few)
