"""Tables of how well rankers order and predict what came of what was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vireo_training.evaluation import measures
from vireo_training.evaluation.bootstrap import Measure, mean_over
from vireo_training.evaluation.ranking_quality import Bools, Floats, group_aucs, group_ndcgs, log_losses
from vireo_training.evaluation.ranking_runs import Predictions, TestRows
from vireo_training.evaluation.results import Column, Table
from vireo_training.evaluation.tables import Values, table, weighted_mean

SECTION = "Ranking"

COLUMNS = (
    Column("AUC", "higher"),
    Column("GAUC by person and day", "higher"),
    Column("GAUC by person, day and surface", "higher"),
    Column("GAUC by person", "higher"),
    Column("nDCG@5", "higher"),
    Column("log loss", "lower"),
    Column("calibration slope", "one", 3),
    Column("predicted over actual", "one", 3),
)
AUC, GAUC, PREDICTED_OVER_ACTUAL = 0, 1, 7

OF_NEW_PEOPLE = (0, 1, 5, 7)  # of the columns: what few rows a person can tell


@dataclass(frozen=True)
class JudgedTask:
    """A task's N rows whose label is known, and what each row of the table predicted for them, a seed each."""

    task: str
    known: Bools  # [N of the test rows]
    labels: Bools  # [N]
    predictions: Mapping[str, Sequence[Floats]]  # [N] each


def judged_task(
    rows: TestRows, predictions: Mapping[str, Sequence[Predictions]], task: str, among: Bools
) -> JudgedTask:
    known = among & ~np.isnan(rows.labels[task])
    return JudgedTask(
        task=task,
        known=known,
        labels=rows.labels[task][known] == 1,
        predictions={
            row: [seed[task][known] for seed in seeds]
            for row, seeds in predictions.items()
            if all(task in seed for seed in seeds)
        },
    )


OfTasks = Mapping[str, tuple[JudgedTask, Mapping[str, Values]]]
"""By task: what is judged, and all of COLUMNS for each row of the table."""


def has_both_classes(judged: JudgedTask) -> bool:
    return bool(0 < judged.labels.sum() < len(judged.labels))


def quality_values(rows: TestRows, judged: JudgedTask, weights: Floats) -> dict[str, Values]:
    """Under each draw, all of COLUMNS for each row of the table."""
    person = rows.person[judged.known]
    day = rows.day[judged.known]
    person_day = person * (int(rows.day.max()) + 1) + day
    person_day_surface = person_day * len(rows.surfaces) + rows.surface[judged.known]
    labels = judged.labels

    def of_seed(scores: Floats) -> tuple[Measure, ...]:
        return (
            measures.auc(person, labels, scores),
            measures.mean_of_groups(person, group_aucs(labels, scores, person_day)),
            measures.mean_of_groups(person, group_aucs(labels, scores, person_day_surface)),
            measures.mean_of_groups(person, group_aucs(labels, scores, person)),
            measures.mean_of_groups(person, group_ndcgs(labels, scores, person_day, 5)),
            measures.mean(person, log_losses(labels, scores)),
            measures.calibration_slope(person, labels, scores),
            measures.ratio(person, scores, labels.astype(np.float64)),
        )

    return {
        row: [mean_over(column, weights) for column in zip(*(of_seed(scores) for scores in seeds), strict=True)]
        for row, seeds in judged.predictions.items()
    }


def counted(judged: JudgedTask) -> str:
    return f"{int(judged.labels.sum()):,} of {len(judged.labels):,} rows"


def task_table(judged: JudgedTask, values: Mapping[str, Values], references: Sequence[str]) -> Table:
    return table(SECTION, f"{judged.task}: {counted(judged)}", COLUMNS, values, references)


def auc_overview(of_tasks: OfTasks, rows: Sequence[str], references: Sequence[str]) -> Table:
    """AUC of all tasks, and their mean weighted by positives."""
    positives = [float(judged.labels.sum()) for judged, _ in of_tasks.values()]
    by_row: dict[str, Values] = {}
    for row in rows:
        aucs = [values[row][AUC] if row in values else None for _, values in of_tasks.values()]
        by_row[row] = [weighted_mean(aucs, positives), *aucs]
    columns = [Column("mean by positives", "higher"), *(Column(task, "higher") for task in of_tasks)]
    return table(SECTION, "AUC of all tasks", columns, by_row, references, plot="ranking-auc")


def gauc_overview(of_tasks: OfTasks, rows: Sequence[str], references: Sequence[str]) -> Table:
    by_row = {row: [values[row][GAUC] if row in values else None for _, values in of_tasks.values()] for row in rows}
    columns = [Column(task, "higher") for task in of_tasks]
    return table(SECTION, "GAUC by person and day of all tasks", columns, by_row, references, plot="ranking-gauc")


def new_people_table(
    judged: JudgedTask, values: Mapping[str, Values], references: Sequence[str], few_plays: int
) -> Table:
    return table(
        "New people",
        f"{judged.task} of people with fewer than {few_plays} earlier plays: {counted(judged)}",
        [COLUMNS[at] for at in OF_NEW_PEOPLE],
        {row: [own[at] for at in OF_NEW_PEOPLE] for row, own in values.items()},
        references,
    )


def rare_heads_table(
    of_tasks: OfTasks,
    rows: Sequence[str],
    references: Sequence[str],
    few_positives: int,
) -> Table:
    columns: list[Column] = []
    by_row: dict[str, list[Floats | None]] = {row: [] for row in rows}
    for task, (_, values) in of_tasks.items():
        for at in (AUC, PREDICTED_OVER_ACTUAL):
            columns.append(Column(f"{task}: {COLUMNS[at].name}", COLUMNS[at].better, COLUMNS[at].decimals))
            for row in rows:
                by_row[row].append(values[row][at] if row in values else None)
    counts = ", ".join(f"{task} {counted(judged)}" for task, (judged, _) in of_tasks.items())
    title = f"Heads with fewer than {few_positives} positives to learn from: {counts}"
    return table("Rare heads", title, columns, by_row, references)
