"""Plots of results as PNG. The same results give the same bytes."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from vireo_training.evaluation.results import Comparison, Figure, Table

DOTS_PER_INCH = 120
PANEL_INCHES = 2.8
PANELS_A_LINE = 4
MOST_TICKS = 4
ROW_INCHES = 0.28


def draw_figure(figure: Figure, path: Path) -> None:
    """Calibration curves against the line on which they should be, or recall by k."""
    canvas = Canvas(figsize=(6.4, 4.8), layout="constrained")
    axes = canvas.add_subplot()
    for curve in figure.curves:
        axes.plot(curve.x, curve.y, marker="o", markersize=3, linewidth=1, label=curve.name)
    if figure.kind == "calibration":
        highest = max((value for curve in figure.curves for value in (*curve.x, *curve.y)), default=1.0)
        axes.plot([0, highest], [0, highest], color="grey", linestyle=":", linewidth=1)
        axes.set(xlabel="predicted", ylabel="actual")
    else:
        axes.set_xscale("log")
        axes.set(xlabel="k", ylabel="recall@k")
    axes.set_title(figure.title)
    axes.legend(fontsize=7)
    save(canvas, path)


def draw_differences(table: Table, comparison: Comparison, path: Path) -> None:
    """A panel for each column that has a better side: each row's difference to the reference, with its interval."""
    shown = [at for at, column in enumerate(table.columns) if column.better in ("higher", "lower")]
    rows = comparison.rows
    across = min(len(shown), PANELS_A_LINE)
    down = -(-len(shown) // across)
    height = 0.4 + down * (0.8 + ROW_INCHES * len(rows))
    canvas = Canvas(figsize=(1.6 + PANEL_INCHES * across, height), layout="constrained")
    panels = canvas.subplots(down, across, sharey=True, squeeze=False).flatten()
    for unused in panels[len(shown) :]:
        unused.set_visible(False)
    for axes, at in zip(panels, shown, strict=False):
        for place, row in enumerate(rows):
            cell = row.cells[at]
            if cell is None:
                continue
            axes.barh(place, cell.value, height=0.6, color="tab:blue", alpha=0.6)
            if cell.low is not None and cell.high is not None:
                axes.plot([cell.low, cell.high], [place, place], color="black", linewidth=1)
        axes.axvline(0, color="grey", linewidth=1)
        axes.set_title(f"{table.columns[at].name} ({table.columns[at].better} is better)", fontsize=8)
        axes.tick_params(labelsize=7)
        axes.locator_params(axis="x", nbins=MOST_TICKS)
    panels[0].set_yticks(range(len(rows)), [row.name for row in rows])
    panels[0].invert_yaxis()
    canvas.suptitle(f"{table.section}: difference to {comparison.reference}", fontsize=9)
    save(canvas, path)


def save(canvas: Canvas, path: Path) -> None:
    FigureCanvasAgg(canvas)
    # No name and version of the program that drew it: they would change the bytes.
    canvas.savefig(path, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
