"""Whether rankers' probabilities are what happens: by surface, and as curves."""

import numpy as np

from vireo_training.evaluation import measures
from vireo_training.evaluation.bootstrap import mean_over
from vireo_training.evaluation.calibration_quality import calibration_curve, quantile_bins
from vireo_training.evaluation.ranking_quality import Floats
from vireo_training.evaluation.ranking_runs import TestRows
from vireo_training.evaluation.ranking_tables import JudgedTask
from vireo_training.evaluation.results import Column, Curve, Figure, Table
from vireo_training.evaluation.tables import table

FIFTHS = 5
CURVE_BINS = 10


def calibration_by_surface(rows: TestRows, judged: JudgedTask, row: str, weights: Floats, few_rows: int) -> Table:
    """Predicted over actual of one row of the table, by surface and by fifths of what it predicted.

    Surfaces with few rows are told together.
    """
    others = len(rows.surfaces)
    surface = rows.surface[judged.known]
    surface = np.where(np.bincount(surface, minlength=others)[surface] < few_rows, others, surface)
    names = [*(name or "unknown" for name in rows.surfaces), "others"]
    person = rows.person[judged.known]
    labels = judged.labels.astype(np.float64)

    def cell(part: int, fifth: int | None) -> Floats:
        of_seeds = []
        for scores in judged.predictions[row]:
            inside = surface == part
            if fifth is not None:
                inside &= quantile_bins(scores, FIFTHS) == fifth
            of_seeds.append(measures.ratio(person[inside], scores[inside], labels[inside]))
        return mean_over(of_seeds, weights)

    columns = [Column("all", "none", 3), *(Column(f"fifth {at + 1}", "none", 3) for at in range(FIFTHS))]
    return table(
        "Calibration",
        f"{judged.task} by {row}: predicted over actual by surface and fifth of the predictions",
        columns,
        {
            f"{names[part]} ({int((surface == part).sum()):,} rows)": [
                cell(part, fifth) for fifth in (None, *range(FIFTHS))
            ]
            for part in np.unique(surface).tolist()
        },
    )


def calibration_figure(judged: JudgedTask) -> Figure:
    """A curve a row of the table, of all seeds together."""
    curves = []
    for row, seeds in judged.predictions.items():
        bins = calibration_curve(np.tile(judged.labels, len(seeds)), np.concatenate(seeds), CURVE_BINS)
        curves.append(Curve(row, tuple(each.predicted for each in bins), tuple(each.actual for each in bins)))
    return Figure(
        "Calibration", f"calibration-{judged.task}", f"Calibration of {judged.task}", "calibration", tuple(curves)
    )
