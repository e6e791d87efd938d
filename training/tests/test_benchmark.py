import json
from pathlib import Path

import numpy as np
import pytest

from exports import write_export
from vireo_training.benchmark import Settings, main, measure, model_columns
from vireo_training.samples import read_samples

SMALL = Settings(test_days=1, seeds=1, rounds=30, least_rows_in_leaf=20)


def test_what_tells_something_is_found(tmp_path: Path) -> None:
    write_export(tmp_path / "out", days=4, rows_a_day=1_000, noise=0)
    quality = measure(read_samples(tmp_path / "out", 0), SMALL)
    assert (quality.train_rows, quality.test_rows, quality.columns) == (2_880, 960, 4)
    assert quality.auc > 0.78
    assert quality.gauc > 0.75


def test_where_there_is_nothing_to_find_nothing_is_found(tmp_path: Path) -> None:
    write_export(tmp_path / "out", days=4, rows_a_day=1_000, noise=1)
    assert 0.45 < measure(read_samples(tmp_path / "out", 0), SMALL).auc < 0.55


def test_rows_of_unknown_outcome_are_no_samples_and_days_are_those_of_the_offset(tmp_path: Path) -> None:
    write_export(tmp_path / "out", days=2, rows_a_day=100, noise=0)
    samples = read_samples(tmp_path / "out", 0)
    assert len(samples.long_view) == 192
    assert np.unique(samples.day).tolist() == [0, 1]
    assert np.unique(read_samples(tmp_path / "out", 8).day).tolist() == [1, 2]


def test_few_plays_are_drawn_to_the_mean_of_the_days_that_are_learnt_from(tmp_path: Path) -> None:
    write_export(tmp_path / "out", days=2, rows_a_day=100, noise=0)
    samples = read_samples(tmp_path / "out", 0)
    train = samples.day == samples.day[0]
    columns = model_columns(samples, train)
    views = samples.features["video_long_views_24h"]
    mean = views[train].mean() / 24
    assert columns["video_long_views_24h"] == pytest.approx((views + 5 * mean) / (24 + 5))
    assert (columns["video_plays_of_known_length_24h"] == 24).all()


def test_it_ends_with_1_where_a_limit_is_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_export(tmp_path / "out", days=3, rows_a_day=3_000, noise=0.5)
    assert main([str(tmp_path / "out"), "--least-auc", "0.999", "--least-gauc", "0"]) == 1
    output = capsys.readouterr().out
    assert "0.999: MISSED" in output
    assert "0.000: holds" in output
    assert main([str(tmp_path / "out"), "--least-auc", "0.5", "--least-gauc", "0.5"]) == 0


def test_a_folder_without_an_export_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "manifest.json" in capsys.readouterr().err
    (tmp_path / "manifest.json").write_text(json.dumps({"columns": [], "days": []}))
    assert main([str(tmp_path)]) == 1
    write_export(tmp_path / "short", days=2, rows_a_day=10, noise=0)
    assert main([str(tmp_path / "short")]) == 1
    assert "not enough" in capsys.readouterr().err
