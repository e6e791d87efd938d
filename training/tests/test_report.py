import json
from dataclasses import replace
from pathlib import Path

import pytest

from vireo_training.evaluation.report import markdown, write_report
from vireo_training.evaluation.results import (
    Choice,
    Column,
    Comparison,
    Curve,
    Estimate,
    Figure,
    Results,
    Row,
    Table,
    from_json,
    to_json,
)

COLUMNS = (Column("AUC", "higher"), Column("log loss", "lower", 3), Column("slope", "one", 2))

TABLE = Table(
    section="Ranking",
    title="long_view",
    columns=COLUMNS,
    rows=(
        Row("ours", (Estimate(0.75, 0.74, 0.76), Estimate(0.5, 0.49, 0.51), Estimate(1.2, 1.1, 1.3))),
        Row("LightGBM", (Estimate(0.74, 0.73, 0.75), Estimate(0.51, 0.5, 0.52), Estimate(0.9, 0.8, 1.0))),
        Row("item rate", (Estimate(0.70), None, Estimate(1.01))),
    ),
    comparisons=(
        Comparison(
            "LightGBM",
            (
                Row("ours", (Estimate(0.01, 0.005, 0.015), Estimate(-0.01, -0.02, 0.01), Estimate(0.3, 0.2, 0.4))),
                Row("item rate", (Estimate(-0.04, -0.05, -0.03), None, Estimate(0.1, 0.05, 0.2))),
            ),
        ),
    ),
    note="Of people.",
    plot="ranking-auc",
)

RESULTS = Results(
    days=("2026-01-03", "2026-01-04"),
    seeds=(1, 2),
    draws=1_000,
    samples=1_234,
    people=56,
    data_digest="0123456789abcdef",
    tables=(TABLE, Table("Breadth", "shares", (Column("videos", "none", 2),), (Row("ours", (Estimate(0.5),)),))),
    figures=(
        Figure(
            "Calibration", "calibration-like", "Calibration of like", "calibration", (Curve("ours", (0.1,), (0.2,)),)
        ),
        Figure("Retrieval", "recall", "Recall by k", "recall", (Curve("ours", (1.0, 10.0), (0.2, 0.4)),)),
    ),
    choices=(
        Choice("ranking", "ours", "2026-01-03", 1, '{"epochs": 3}'),
        Choice("ranking", "ours", "2026-01-03", 2, '{"epochs": 3}'),
        Choice("ranking", "ours", "2026-01-04", 1, '{"epochs": 4}'),
        Choice("ranking", "item rate", "2026-01-03", 1, "null"),
    ),
    refused_for_policy_value="7 rows have no logged propensity above 0 (s1, …)",
)


def test_results_go_to_json_and_back() -> None:
    assert from_json(to_json(RESULTS)) == RESULTS


def test_json_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="format 1"):
        from_json("{}")
    changed = json.loads(to_json(RESULTS))
    with pytest.raises(ValueError, match="no Results"):
        from_json(json.dumps(changed | {"days_off": 1}))
    with pytest.raises(ValueError, match="no Estimate"):
        from_json(to_json(RESULTS).replace('"value"', '"worth"'))


def test_a_table_tells_intervals_and_the_best_in_bold() -> None:
    lines = markdown(RESULTS, {}).splitlines()
    assert "| ours | **0.7500 (0.7400 to 0.7600)** | **0.500 (0.490 to 0.510)** | 1.20 (1.10 to 1.30) |" in lines
    assert "| item rate | 0.7000 | – | **1.01** |" in lines
    assert "| ours | 0.50 |" in lines


def test_differences_are_told_with_their_share_of_the_reference_and_only_where_one_side_is_better() -> None:
    text = markdown(RESULTS, {})
    assert "|  | AUC | log loss |\n| --- | --: | --: |\n" in text
    assert "| ours | +0.0100 (+0.0050 to +0.0150; +1.4%) | −0.010 (−0.020 to +0.010; −2.0%) |" in text


def test_what_loses_beyond_its_interval_is_said() -> None:
    text = markdown(RESULTS, {})
    assert "- item rate is worse than LightGBM in AUC (−0.0400)." in text
    assert "- ours is worse" not in text


def test_a_report_says_what_it_does_not_say_what_was_refused_and_what_was_chosen() -> None:
    text = markdown(RESULTS, {})
    assert "measures agreement with that policy" in text.replace("\n  ", " ")
    assert "Not estimated: 7 rows have no logged propensity above 0 (s1, …)." in text
    assert '| ranking | ours | `{"epochs": 3}` | 2026-01-03: 1, 2 |' in text
    assert "null" not in text
    assert "Value of other policies" not in markdown(replace(RESULTS, refused_for_policy_value=""), {})


def test_the_same_results_give_the_same_files(tmp_path: Path) -> None:
    write_report(
        replace(RESULTS, figures=(replace(RESULTS.figures[0], name="of an earlier report"),)), tmp_path / "first"
    )
    for name in ("first", "second"):
        write_report(RESULTS, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == [
        "README.md",
        "calibration-like.png",
        "ranking-auc-against-lightgbm.png",
        "recall.png",
        "results.json",
    ]
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    text = (tmp_path / "first" / "README.md").read_text(encoding="utf-8")
    assert f"![{TABLE.title}: differences to LightGBM](ranking-auc-against-lightgbm.png)" in text
    assert from_json((tmp_path / "first" / "results.json").read_text(encoding="utf-8")) == RESULTS
