"""Tables of results as Markdown."""

from collections.abc import Sequence

from vireo_training.evaluation.results import Column, Comparison, Estimate, Row, Table


def table_parts(table: Table) -> list[str]:
    parts = [f"**{table.title}**", grid(table.columns, table.rows, [best_row(table, at) for at in columns_of(table)])]
    if table.note:
        parts.append(table.note)
    for comparison in table.comparisons:
        parts += [f"Differences to {comparison.reference}", difference_grid(table, comparison)]
        parts += [losses(table, comparison)]
    return [part for part in parts if part]


def columns_of(table: Table) -> range:
    return range(len(table.columns))


def best_row(table: Table, column: int) -> int | None:
    better = table.columns[column].better
    cells = [(at, row.cells[column]) for at, row in enumerate(table.rows)]
    values = {at: cell.value for at, cell in cells if cell is not None}
    if better == "none" or len(values) < 2:
        return None
    distance = {"higher": lambda value: -value, "lower": lambda value: value, "one": lambda value: abs(value - 1)}
    return min(values, key=lambda at: distance[better](values[at]))


def grid(columns: Sequence[Column], rows: Sequence[Row], best: Sequence[int | None]) -> str:
    lines = [header(columns)]
    for at, row in enumerate(rows):
        cells = [
            f"**{told(cell, column)}**" if best_at == at else told(cell, column)
            for cell, column, best_at in zip(row.cells, columns, best, strict=True)
        ]
        lines.append(line(row.name, cells))
    return "\n".join(lines)


def difference_grid(table: Table, comparison: Comparison) -> str:
    """Differences with their intervals, and what they are of the reference. Columns of which none is best have none."""
    shown = [at for at in columns_of(table) if table.columns[at].better in ("higher", "lower")]
    reference = table.row(comparison.reference)
    lines = [header([table.columns[at] for at in shown])]
    for row in comparison.rows:
        cells = [told_difference(row.cells[at], reference.cells[at], table.columns[at]) for at in shown]
        lines.append(line(row.name, cells))
    return "\n".join(lines)


def losses(table: Table, comparison: Comparison) -> str:
    """A sentence a row that is worse than the reference beyond its interval."""
    sentences = []
    for row in comparison.rows:
        worse = [
            f"{column.name} ({signed(cell.value, column)})"
            for column, cell in zip(table.columns, row.cells, strict=True)
            if cell is not None and is_worse(cell, column)
        ]
        if worse:
            sentences.append(f"- {row.name} is worse than {comparison.reference} in {', '.join(worse)}.")
    return "\n".join(sentences)


def is_worse(difference: Estimate, column: Column) -> bool:
    if difference.low is None or difference.high is None:
        return False
    return difference.high < 0 if column.better == "higher" else difference.low > 0 and column.better == "lower"


def header(columns: Sequence[Column]) -> str:
    return f"|  | {' | '.join(column.name for column in columns)} |\n| --- |{' --: |' * len(columns)}"


def line(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def told(cell: Estimate | None, column: Column) -> str:
    if cell is None:
        return "–"
    value = f"{cell.value:.{column.decimals}f}"
    if cell.low is None or cell.high is None:
        return value
    return f"{value} ({cell.low:.{column.decimals}f} to {cell.high:.{column.decimals}f})"


def told_difference(cell: Estimate | None, reference: Estimate | None, column: Column) -> str:
    if cell is None or reference is None:
        return "–"
    if cell.low is None or cell.high is None:
        return signed(cell.value, column)
    share = f"; {cell.value / reference.value:+.1%}".replace("-", "−") if reference.value else ""
    return f"{signed(cell.value, column)} ({signed(cell.low, column)} to {signed(cell.high, column)}{share})"


def signed(value: float, column: Column) -> str:
    return f"{value:+.{column.decimals}f}".replace("-", "−")
