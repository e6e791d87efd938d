"""Increments against whole trainings: where tastes change, and as a part of the evaluation."""

from dataclasses import replace
from pathlib import Path

import pytest

from exports import World, write_export
from vireo_training.data import read_export
from vireo_training.evaluation.evaluate import evaluate
from vireo_training.evaluation.increment_runs import RankerIncrements, TowerIncrements
from vireo_training.evaluation.increments import FULL, ONLY_INCREMENTS, SECTION, STALE, WITH_INCREMENTS
from vireo_training.evaluation.results import Comparison, Estimate, Table
from vireo_training.evaluation.settings import EvaluationData, EvaluationSettings, Lineup
from vireo_training.evaluation.shifted_tastes import compare_on_shift
from vireo_training.facts import TableSizes
from vireo_training.increment.settings import IncrementSettings
from vireo_training.ranking.settings import NetworkSettings, RankingSettings, TeacherSettings
from vireo_training.retrieval.settings import RetrievalSettings, TowerSettings

LOG_LOSS = 2
MOST_FORGOTTEN = 0.01
"""Of the log loss on what has not changed."""


def difference(table: Table, row: str, reference: str, column: int) -> Estimate:
    (comparison,) = (each for each in table.comparisons if each.reference == reference)
    return known(comparison, row, column)


def known(comparison: Comparison, row: str, column: int) -> Estimate:
    found = next(each for each in comparison.rows if each.name == row).cells[column]
    assert found is not None
    return found


def test_where_tastes_change_increments_win_and_what_has_not_changed_is_not_forgotten(tmp_path: Path) -> None:
    settings = EvaluationSettings(draws=100, simulated_rows=8_000)
    changed, same = compare_on_shift(tmp_path, settings, lambda line: None)
    for reference, row in ((FULL, WITH_INCREMENTS), (STALE, ONLY_INCREMENTS)):
        won = difference(changed, row, reference, LOG_LOSS)
        assert won.high is not None
        assert won.high < 0
        assert difference(same, row, reference, LOG_LOSS).value < MOST_FORGOTTEN


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> EvaluationData:
    world = World(days=5, rows_a_day=300)
    export = read_export(write_export(tmp_path_factory.mktemp("increments") / "page", world), 0)
    return EvaluationData(export.samples, export.retrieval)


def test_the_evaluation_compares_increments_and_goes_on_where_it_was(data: EvaluationData, tmp_path: Path) -> None:
    tables = TableSizes(256, 64, 64, 16, 64, 8, 8)
    network = NetworkSettings(tables=tables, experts=2, expert_width=8, hidden_width=16)
    towers = TowerSettings(tables=tables, dimensions=16, id_width=8, event_width=16)
    increment = IncrementSettings(retrieval_learning_rate=0.05)
    lineup = Lineup(
        (),
        (),
        (),
        increments=(
            RankerIncrements(RankingSettings(network, TeacherSettings(share=0.0), epochs=1), increment, 0),
            TowerIncrements(RetrievalSettings(towers, epochs=1, history_cuts=1), increment, 0),
        ),
    )
    settings = replace(EvaluationSettings(), last_days=2, seeds=(1,), draws=20, simulated_rows=0)
    said: list[str] = []
    results = evaluate(data, lineup, settings, tmp_path, said.append)
    assert len(said) == 6, "three days that whole trainings end before, of two models"
    again = evaluate(data, lineup, settings, tmp_path, said.append)
    assert again == results
    assert len(said) == 6
    ranking, retrieval = results.tables
    assert ranking.section == retrieval.section == SECTION
    assert ranking.title.endswith("of 600 rows")
    assert [row.name for row in retrieval.rows] == [FULL, WITH_INCREMENTS, STALE, ONLY_INCREMENTS]
    assert len({row.cells for row in ranking.rows}) == 4, "each has learned something else"
    found = {row.name: row.cells for row in retrieval.rows}
    assert found[FULL] != found[WITH_INCREMENTS]
    assert found[STALE] != found[ONLY_INCREMENTS]
