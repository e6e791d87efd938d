from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exports import World, write_export
from vireo_training.__main__ import main
from vireo_training.benchmark import measure
from vireo_training.data import Export, read_export
from vireo_training.ranking.settings import TreeSettings

SMALL = TreeSettings(most_rounds=40, least_rows_in_leaf=20, threads=1)
WORLD = World(days=5, rows_a_day=400)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    return read_export(write_export(tmp_path_factory.mktemp("benchmark") / "day", WORLD), 0)


def test_what_tells_something_is_found(export: Export) -> None:
    quality = measure(export.samples, export.videos, 1, SMALL)
    assert (quality.train_rows, quality.test_rows) == (1_600, 400)
    assert quality.auc > 0.58
    assert quality.gauc > 0.55


def test_where_there_is_nothing_to_find_nothing_is_found(export: Export) -> None:
    random = np.random.default_rng(1)
    luck = (random.random(len(export.samples)) < 0.4).astype(np.float32)
    samples = replace(export.samples, labels=export.samples.labels | {"long_view": luck})
    assert 0.42 < measure(samples, export.videos, 1, SMALL).auc < 0.58


def test_rows_of_unknown_outcome_are_neither_learnt_nor_judged(export: Export) -> None:
    views = export.samples.labels["long_view"].copy()
    views[::4] = np.nan
    samples = replace(export.samples, labels=export.samples.labels | {"long_view": views})
    quality = measure(samples, export.videos, 1, SMALL)
    assert (quality.train_rows, quality.test_rows) == (1_200, 300)


def test_too_few_days_are_refused(export: Export) -> None:
    with pytest.raises(ValueError, match="5 days are not enough"):
        measure(export.samples, export.videos, 4, SMALL)


def test_the_command_tells_what_holds_and_ends_with_an_error_where_it_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_export(tmp_path / "day", World(days=3, rows_a_day=100))
    limits = ["benchmark", str(folder), "--utc-offset", "0", "--test-days", "1"]
    assert main([*limits, "--least-auc", "0.1", "--least-gauc", "0.1"]) == 0
    assert "holds" in capsys.readouterr().out
    assert main([*limits, "--least-auc", "0.99", "--least-gauc", "0.5"]) == 1
    said = capsys.readouterr()
    assert "MISSED" in said.out
    assert "worth less than they should be: AUC" in said.err
    assert main(["benchmark", str(tmp_path)]) == 1
    assert "vireo samples --out" in capsys.readouterr().err
