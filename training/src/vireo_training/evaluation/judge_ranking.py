"""From what rankers predicted to the tables and figures of a report."""

from collections.abc import Mapping, Sequence

import numpy as np

from vireo_training.data import LABELS
from vireo_training.evaluation.bootstrap import person_draws
from vireo_training.evaluation.calibration_tables import calibration_by_surface, calibration_figure
from vireo_training.evaluation.ranking_runs import Predictions, TestRows
from vireo_training.evaluation.ranking_tables import (
    auc_overview,
    gauc_overview,
    has_both_classes,
    judged_task,
    new_people_table,
    quality_values,
    rare_heads_table,
    task_table,
)
from vireo_training.evaluation.results import Figure, Table
from vireo_training.evaluation.settings import EvaluationSettings, Lineup
from vireo_training.evaluation.watch_tables import watch_tables

TASKS = tuple(task for task in LABELS if task != "watch_ms")


def judge_ranking(
    rows: TestRows,
    predictions: Mapping[str, Sequence[Predictions]],
    learnt_positives: Mapping[str, int],
    lineup: Lineup,
    settings: EvaluationSettings,
) -> tuple[list[Table], list[Figure]]:
    """`predictions` are by row of the table, one a seed. `learnt_positives`, by task, are those before the test days.

    Tasks of which nothing is known, or with one class only, have no table.
    """
    weights = person_draws(rows.people, settings.draws, settings.draw_seed)
    references = lineup.ranking_references
    everybody = np.ones(len(rows.person), dtype=np.bool_)
    judged = {task: judged_task(rows, predictions, task, everybody) for task in TASKS}
    judged = {task: each for task, each in judged.items() if has_both_classes(each)}
    of_tasks = {task: (each, quality_values(rows, each, weights)) for task, each in judged.items()}
    rare = [task for task in judged if learnt_positives[task] < settings.few_positives]
    common = [task for task in judged if task not in rare]
    tables = [
        auc_overview(of_tasks, list(predictions), references),
        gauc_overview(of_tasks, list(predictions), references),
        *(task_table(each, values, references) for each, values in of_tasks.values()),
        *watch_tables(rows, predictions, lineup.watch_references, weights, settings.most_watch_ms),
    ]
    for task in common:
        new = judged_task(rows, predictions, task, rows.earlier_plays < settings.few_plays)
        if has_both_classes(new):
            tables.append(new_people_table(new, quality_values(rows, new, weights), references, settings.few_plays))
    if rare:
        heads = {task: of_tasks[task] for task in rare}
        tables.append(rare_heads_table(heads, list(predictions), references, settings.few_positives))
    detailed = lineup.rankers[0].name
    tables += [
        calibration_by_surface(rows, judged[task], detailed, weights, settings.few_rows)
        for task in common
        if detailed in judged[task].predictions
    ]
    return tables, [calibration_figure(judged[task]) for task in common]
