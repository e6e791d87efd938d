import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exports import World, write_export
from vireo_training.__main__ import main
from vireo_training.ablations import rankers, towers
from vireo_training.data import read_export
from vireo_training.ranking.settings import RankingSettings
from vireo_training.retrieval.settings import RetrievalSettings

CONFIG = {
    "utc_offset_hours": 0,
    "retrieval": {"epochs": 1, "history_cuts": 1, "towers": {"dimensions": 16, "id_width": 8, "event_width": 16}},
    "ranking": {"epochs": 1, "network": {"experts": 2, "expert_width": 8, "hidden_width": 16, "video_width": 8}},
}


def test_one_thing_is_changed_at_a_time_on_a_day_before_those_that_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rankers, "CHANGES", {name: rankers.CHANGES[name] for name in ("reads 10 plays", rankers.D2Q)})
    monkeypatch.setattr(rankers, "WITHOUT", {"no counts of the video": rankers.WITHOUT["no counts of the video"]})
    monkeypatch.setattr(towers, "CHANGES", {"no logQ": towers.CHANGES["no logQ"]})
    samples = write_export(tmp_path / "samples", World(days=4, rows_a_day=300))
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    folders = {
        "day-samples": samples,
        "page-samples": samples,
        "report": tmp_path / "report",
        "work": tmp_path / "work",
    }
    given = [text for name, folder in folders.items() for text in (f"--{name}", str(folder))]
    assert main(["ablations", *given, "--config", str(tmp_path / "config.json"), "--judged-days", "1"]) == 0
    report = (tmp_path / "report" / "ablations.md").read_text(encoding="utf-8")
    assert "tested on 2026-01-03" in report
    assert "| no counts of the video |" in report
    of_watch_time = report.partition("## Watch time")[2].partition("## Retrieval")[0]
    assert "Differences to as configured" in of_watch_time
    assert f"Differences to {rankers.D2Q}" in of_watch_time
    found = json.loads((tmp_path / "report" / "ablations.json").read_text(encoding="utf-8"))
    ranking, watch_time, retrieval = found["tables"]
    variants = ["as configured", "reads 10 plays", rankers.D2Q, "no counts of the video"]
    assert [row["name"] for row in ranking["rows"]] == [row["name"] for row in watch_time["rows"]] == variants
    assert [row["name"] for row in retrieval["rows"]] == ["as configured", "no logQ"]
    assert ranking["rows"][0]["cells"] != ranking["rows"][2]["cells"]
    made = sorted(path.stat().st_mtime_ns for path in (tmp_path / "work").iterdir())
    assert main(["ablations", *given, "--config", str(tmp_path / "config.json"), "--judged-days", "1"]) == 0
    assert sorted(path.stat().st_mtime_ns for path in (tmp_path / "work").iterdir()) == made


def test_features_that_are_left_out_never_differ(tmp_path: Path) -> None:
    samples = read_export(write_export(tmp_path / "samples", World(days=1)), 0).samples
    read = rankers.without_features(samples, rankers.WITHOUT["no counts of the video"])
    differs = [name for name, values in zip(read.item_features, read.item_values.T, strict=True) if np.ptp(values) > 0]
    assert differs == ["recent_of_category"]
    np.testing.assert_array_equal(read.person_values, samples.person_values)


def test_every_change_changes_the_settings() -> None:
    base = RankingSettings()
    changed = [change(replace(base, teacher=replace(base.teacher, share=0.0))) for change in rankers.CHANGES.values()]
    assert len({repr(each) for each in changed}) == len(rankers.CHANGES)
    assert len({repr(change(RetrievalSettings())) for change in towers.CHANGES.values()}) == len(towers.CHANGES)
