"""Tables of what one change does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vireo_training.ablations.rankers import TASKS
from vireo_training.data import Samples
from vireo_training.evaluation import measures
from vireo_training.evaluation.bootstrap import person_draws
from vireo_training.evaluation.ranking_quality import Floats, group_aucs
from vireo_training.evaluation.ranking_runs import TestRows
from vireo_training.evaluation.results import Column, Table
from vireo_training.evaluation.retrieval_runs import RetrievalDay, found_of
from vireo_training.evaluation.retrieval_tables import COLUMNS, asked_on, retrieval_values
from vireo_training.evaluation.saved_runs import Arrays
from vireo_training.evaluation.settings import EvaluationSettings
from vireo_training.evaluation.tables import Values, table
from vireo_training.evaluation.watch_tables import watch_tables


def ranking_table(test: Samples, made: Mapping[str, Arrays], reference: str, settings: EvaluationSettings) -> Table:
    """AUC of each task, and GAUC by person: of one day, so by what was frozen together."""
    people, person = np.unique(test.person, return_inverse=True)
    weights = person_draws(len(people), settings.draws, settings.draw_seed)
    columns: list[Column] = []
    values: dict[str, list[Floats]] = {name: [] for name in made}
    for task in TASKS:
        known = ~np.isnan(test.labels[task])
        labels = test.labels[task][known] == 1
        if not 0 < labels.sum() < len(labels):
            continue
        columns += [Column(f"{task}: AUC", "higher"), Column(f"{task}: GAUC", "higher")]
        for name, arrays in made.items():
            scores = arrays[task][known].astype(np.float64)
            groups = group_aucs(labels, scores, person[known])
            values[name] += [
                measures.auc(person[known], labels, scores)(weights),
                measures.mean_of_groups(person[known], groups)(weights),
            ]
    return table("Ranking", f"{len(test):,} rows of {len(people):,} people", columns, values, (reference,))


def watch_table(
    rows: TestRows, made: Mapping[str, Arrays], references: tuple[str, ...], settings: EvaluationSettings
) -> list[Table]:
    """Of all lengths together; none where no watch time is known."""
    weights = person_draws(rows.people, settings.draws, settings.draw_seed)
    predictions = {
        name: [{"watch_ms": arrays["watch_ms"].astype(np.float64)}]
        for name, arrays in made.items()
        if "watch_ms" in arrays
    }
    return watch_tables(rows, predictions, references, weights, settings.most_watch_ms)[:1]


def retrieval_table(
    asked: RetrievalDay, made: Mapping[str, Arrays], reference: str, settings: EvaluationSettings
) -> Table:
    who = asked_on([asked], settings.few_plays)
    weights = person_draws(who.people, settings.draws, settings.draw_seed)
    found = {name: [[found_of(arrays)]] for name, arrays in made.items()}
    values: Mapping[str, Values] = retrieval_values(found, who, who.everybody, weights)
    title = f"{who.people:,} people ask, {who.to_find:,} videos to find in {len(asked.videos):,}"
    return table("Retrieval", title, COLUMNS, values, (reference,))
