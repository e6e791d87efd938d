from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from exports import World, write_export
from vireo_training.data import LABELS, Queries, RetrievalData, Samples, read_export
from vireo_training.evaluation.category_popularity import CategoryPopularity
from vireo_training.evaluation.evaluate import evaluate
from vireo_training.evaluation.progress import Progress
from vireo_training.evaluation.report import write_report
from vireo_training.evaluation.results import Results, Table, from_json, to_json
from vireo_training.evaluation.retrieval_runs import cold_videos, known_before, retrieval_day
from vireo_training.evaluation.saved_runs import Run
from vireo_training.evaluation.settings import EvaluationData, EvaluationSettings, Lineup

SETTINGS = EvaluationSettings(
    last_days=2, seeds=(1, 2), draws=50, few_rows=20, few_plays=25, cold_share=0.3, few_positives=30
)


@dataclass(frozen=True)
class FittedRates:
    rates: dict[str, NDArray[np.float64]]

    def predict(self, rows: Samples) -> dict[str, NDArray[np.float64]]:
        return {task: rate[rows.video] for task, rate in self.rates.items()}


@dataclass(frozen=True)
class Rates:
    """How each video did on the days before, drawn to the mean of all; with noise from the seed."""

    name: str = "item rate"
    noise: float = 0
    tasks: tuple[str, ...] = tuple(LABELS)
    fitted_days: Callable[[int, int], None] = lambda first, last: None

    def __repr__(self) -> str:
        return f"{self.name} {self.noise} {self.tasks}"

    def choose(self, train: Samples, validation: Samples, seed: int) -> object:
        assert train.day.max() < validation.day.min() == validation.day.max()
        return {"strength": 10}

    def fit(self, train: Samples, choice: object, seed: int) -> FittedRates:
        assert isinstance(choice, dict)
        self.fitted_days(int(train.day.min()), int(train.day.max()))
        random = np.random.default_rng(seed)
        rates = {}
        for task in self.tasks:
            values = train.labels[task]
            known = ~np.isnan(values)
            sums, counts = (np.bincount(train.video[known], each, 60) for each in (values[known], None))
            rate = (sums + choice["strength"] * values[known].mean()) / (counts + choice["strength"])
            rates[task] = rate * np.exp(-self.noise * random.random(len(rate)))
        return FittedRates(rates)


@dataclass(frozen=True)
class FittedPopularity:
    views: NDArray[np.float32]

    def scores(self, queries: Queries) -> NDArray[np.float32]:
        return np.tile(self.views, (len(queries), 1))


@dataclass(frozen=True)
class Popularity:
    name: str = "popularity"
    sign: int = 1

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> object:
        assert data.samples.day.max() == validation_day
        return None

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedPopularity:
        assert data.samples.day.max() < test_day
        views = np.bincount(data.long_views()[1], minlength=len(data.videos))
        return FittedPopularity((self.sign * views).astype(np.float32))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> EvaluationData:
    folder = write_export(tmp_path_factory.mktemp("evaluate") / "day", World(days=5, rows_a_day=300))
    export = read_export(folder, 0)
    return EvaluationData(ranking=export.samples, retrieval=export.retrieval)


LINEUP = Lineup(
    rankers=(Rates("noisy rate", noise=1), Rates(), Rates("long views only", tasks=("long_view",))),
    retrievers=(Popularity(), Popularity("unpopularity", sign=-1)),
    cold_retrievers=(Popularity(),),
    deterministic=frozenset({"item rate", "popularity"}),
    ranking_references=("item rate",),
    watch_references=("item rate",),
    retrieval_references=("popularity",),
)


def judged(data: EvaluationData, lineup: Lineup, work: Path, said: list[str] | None = None) -> Results:
    return evaluate(data, lineup, SETTINGS, work, (said if said is not None else []).append)


def table_of(results: Results, section: str, title: str) -> Table:
    (found,) = (table for table in results.tables if table.section == section and table.title.startswith(title))
    return found


def test_every_row_is_chosen_on_the_day_before_and_fitted_on_all_days_before_the_test_day(
    data: EvaluationData, tmp_path: Path
) -> None:
    fitted: list[tuple[int, int]] = []
    noted = Rates(fitted_days=lambda first, last: fitted.append((first, last)))
    judged(data, Lineup(rankers=(noted,), retrievers=(), cold_retrievers=()), tmp_path)
    days = np.unique(data.ranking.day)
    assert sorted(set(fitted)) == [(days[0], days[2]), (days[0], days[3])]


def test_the_report_of_all_tables_tells_the_better_from_the_worse(data: EvaluationData, tmp_path: Path) -> None:
    results = judged(data, LINEUP, tmp_path / "work")
    overview = table_of(results, "Ranking", "AUC of all tasks")
    columns = [column.name for column in overview.columns]
    assert columns[:3] == ["mean by positives", "finish", "long_view"]
    assert "share" not in columns, "nobody shares in this world: one class has no order"
    rate, noisy, single = (overview.row(row).cells for row in ("item rate", "noisy rate", "long views only"))
    assert rate[2] is not None
    assert noisy[2] is not None
    assert rate[2].value > noisy[2].value > 0.5
    assert [at for at, cell in enumerate(single) if cell is not None] == [columns.index("long_view")]
    found = next(table for table in results.tables if table.section == "Retrieval")
    better, worse = (found.row(row).cells[0] for row in ("popularity", "unpopularity"))
    assert better is not None
    assert worse is not None
    assert better.value > worse.value
    sections = dict.fromkeys(table.section for table in results.tables)
    assert list(sections) == ["Ranking", "Watch time", "New people", "Calibration", "Retrieval", "Cold videos"]
    assert results.refused_for_policy_value.startswith("600 rows have no logged propensity")
    assert from_json(to_json(results)) == results
    write_report(results, tmp_path / "report")
    assert (tmp_path / "report" / "cold-videos-against-popularity-by-category.png").exists()


def test_a_killed_evaluation_goes_on_where_it_was_and_ends_the_same(data: EvaluationData, tmp_path: Path) -> None:
    whole = judged(data, LINEUP, tmp_path / "whole")
    killed_at = 9

    def killing(line: str) -> None:
        if line.startswith(f"[{killed_at}/"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(data, LINEUP, SETTINGS, tmp_path / "killed", killing)
    said: list[str] = []
    assert judged(data, LINEUP, tmp_path / "killed", said) == whole
    runs = len(list((tmp_path / "whole").iterdir()))
    assert len(said) == runs - killed_at
    assert said[-1].startswith(f"[{runs}/{runs}] cold videos: popularity by category")
    assert not list((tmp_path / "killed").glob("*.part"))


def test_another_configuration_or_other_data_are_computed_anew(data: EvaluationData, tmp_path: Path) -> None:
    lineup = Lineup(rankers=(Rates(),), retrievers=(), cold_retrievers=())
    said: list[str] = []
    judged(data, lineup, tmp_path)
    judged(data, lineup, tmp_path, said)
    assert said == []
    judged(data, replace(lineup, rankers=(Rates(noise=0.1),)), tmp_path, said)
    assert len(said) == 4
    other = replace(data, ranking=data.ranking.where(np.arange(len(data.ranking)) > 0))
    judged(other, lineup, tmp_path, said)
    assert len(said) == 8


def test_cold_videos_are_known_to_nobody_and_ranked_among_themselves(data: EvaluationData) -> None:
    cold = cold_videos(data.retrieval.videos.ids, 0.3)
    assert 0.1 < cold.mean() < 0.5
    day = int(data.ranking.day.max())
    asked = retrieval_day(data.retrieval, day, cold)
    everybody = retrieval_day(data.retrieval, day)
    assert 0 < len(asked.relevant[1]) < len(everybody.relevant[1])
    assert cold[asked.relevant[1]].all()
    listed = asked.queries.recent_videos
    assert not cold[listed[listed >= 0]].any()
    known = known_before(data.retrieval, day, cold)
    assert not cold[known.samples.video].any()
    assert not cold[known.history.video].any()
    assert not cold[known.samples.recent_videos[known.samples.recent_videos >= 0]].any()


def test_popularity_by_category_tells_a_category_that_is_watched_from_one_that_is_not(data: EvaluationData) -> None:
    samples = data.retrieval.samples
    category = np.array([int(own[0][1:]) for own in data.retrieval.videos.categories])
    labels = samples.labels | {"long_view": (category[samples.video] == 2).astype(np.float32)}
    changed = replace(data.retrieval, samples=replace(samples, labels=labels))
    day = int(samples.day.max())
    asked = retrieval_day(data.retrieval, day)
    scores = CategoryPopularity().fit(changed.before(day), day, None, 1).scores(asked.queries)
    assert scores.shape == (len(asked.queries), 60)
    assert (np.argmax(scores, axis=1) == np.flatnonzero(category == 2)[0]).all()


def test_what_can_not_be_judged_is_refused(data: EvaluationData, tmp_path: Path) -> None:
    def only(ranker: Rates) -> Lineup:
        return Lineup(rankers=(ranker,), retrievers=(), cold_retrievers=())

    with pytest.raises(ValueError, match="5 days are not enough to test on 4"):
        evaluate(data, LINEUP, replace(SETTINGS, last_days=4), tmp_path, print)
    with pytest.raises(ValueError, match="two rows of ranking are called item rate"):
        judged(data, replace(LINEUP, rankers=(Rates(), Rates())), tmp_path)
    with pytest.raises(ValueError, match="NaN predicts something else than 300 probabilities of finish"):
        judged(data, only(Rates("NaN", noise=np.nan)), tmp_path)

    @dataclass(frozen=True)
    class Short(Popularity):
        def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedPopularity:
            return FittedPopularity(np.zeros(3, dtype=np.float32))

    with pytest.raises(ValueError, match=r"popularity gives scores of shape \(\d+, 3\), not \(\d+, 60\)"):
        judged(data, Lineup(rankers=(), retrievers=(Short(),), cold_retrievers=()), tmp_path)


def test_the_time_left_is_told_from_how_long_each_row_took() -> None:
    runs = [Run("ranking", row, "", day, 1) for day in ("1", "2") for row in ("fast", "slow")]
    said: list[str] = []
    progress = Progress(runs, said.append)
    progress.made((runs[0], 60.0))
    progress.made((runs[1], 600.0))
    assert said == [
        "[1/4] ranking: fast, 1, seed 1: 60 s; about 3 min left",
        "[2/4] ranking: slow, 1, seed 1: 600 s; about 11 min left",
    ]


def test_two_processes_find_what_one_finds(data: EvaluationData, tmp_path: Path) -> None:
    said: list[str] = []
    alone = judged(data, LINEUP, tmp_path / "alone")
    together = evaluate(data, LINEUP, replace(SETTINGS, processes=2), tmp_path / "together", said.append)
    assert together == alone
    assert len(said) == len(list((tmp_path / "alone").iterdir()))


def test_what_goes_wrong_in_a_process_ends_the_evaluation_and_is_told(data: EvaluationData, tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Killed(Popularity):
        def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedPopularity:
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError

    @dataclass(frozen=True)
    class Broken(Popularity):
        def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedPopularity:
            raise ValueError("no popularity today")

    two = replace(SETTINGS, processes=2)
    with pytest.raises(RuntimeError, match="was killed"):
        evaluate(data, Lineup((), (Killed(),), ()), two, tmp_path, print)
    with pytest.raises(ValueError, match="no popularity today"):
        evaluate(data, Lineup((), (Broken(),), ()), two, tmp_path, print)


def test_what_the_first_seed_chooses_holds_for_all(data: EvaluationData, tmp_path: Path) -> None:
    chosen: list[int] = []

    @dataclass(frozen=True)
    class Choosing(Rates):
        def choose(self, train: Samples, validation: Samples, seed: int) -> object:
            chosen.append(seed)
            return super().choose(train, validation, seed)

    judged(data, Lineup((Choosing(noise=1),), (), ()), tmp_path)
    assert chosen == [1, 1]
