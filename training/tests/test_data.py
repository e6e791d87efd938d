import json
from pathlib import Path

import numpy as np
import pytest

from exports import World, write_export
from vireo_training.data import ExportError, queries_of, read_export

WORLD = World(people=10, videos=30, days=3, rows_a_day=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_export(tmp_path_factory.mktemp("data") / "export", WORLD)


def test_an_export_is_read_as_columns_in_the_order_of_time(folder: Path) -> None:
    export = read_export(folder, 0)
    samples = export.samples
    assert len(samples) == 180
    assert np.all(np.diff(samples.time_ms) >= 0)
    assert samples.person_features == ("person_plays_of_known_length_all", "person_long_views_all", "session_pages")
    assert samples.item_values.shape == (180, 7)
    assert set(samples.surfaces) == {"main", "tab-2"}
    assert samples.devices == ("",)
    assert export.videos.words[0] == ("fun", "video", "0")
    assert export.videos.lengths_ms.tolist() == [20_000] * 30
    assert len(export.history) == 50
    assert np.unique(samples.day).size == 3


def test_a_day_begins_at_the_offset(folder: Path) -> None:
    assert np.unique(read_export(folder, 8).samples.day).size == 4


def test_the_recent_videos_of_a_sample_are_the_ones_before_it_newest_first(folder: Path) -> None:
    samples = read_export(folder, 0).samples
    for person in range(3):
        rows = np.flatnonzero(samples.person == person)
        for nth, row in enumerate(rows):
            expected = samples.video[rows[:nth]][::-1]
            found = samples.recent_videos[row]
            assert found[: len(expected)].tolist() == expected.tolist()
            assert set(found[len(expected) :]) <= {-1}
            viewed = samples.labels["long_view"][rows[:nth]][::-1]
            assert ((samples.recent_outcomes[row][: len(expected)] & 4) > 0).tolist() == viewed.tolist()


def test_relevant_is_what_was_viewed_long_on_the_day_and_not_shown_before(folder: Path) -> None:
    data = read_export(folder, 0).retrieval
    last = int(data.samples.day.max())
    people, videos = data.relevant_on(last)
    found = set(zip(people.tolist(), videos.tolist(), strict=True))
    before = set(zip(*(each.tolist() for each in data.before(last).shown()), strict=True))
    of_day = data.samples.on(last)
    viewed = {
        (person, video)
        for person, video, label in zip(of_day.person, of_day.video, of_day.labels["long_view"], strict=True)
        if label == 1
    }
    assert found == viewed - before
    queries = queries_of(data.samples, last, np.unique(people))
    assert queries.person.tolist() == np.unique(people).tolist()
    first = {int(person): int(of_day.time_ms[of_day.person == person].min()) for person in queries.person}
    assert queries.time_ms.tolist() == list(first.values())


def test_withheld_videos_are_nowhere(folder: Path) -> None:
    data = read_export(folder, 0).retrieval
    hidden = np.arange(30) % 3 == 0
    left = data.without(hidden)
    assert not hidden[left.samples.video].any()
    assert not hidden[left.history.video].any()
    recent = left.samples.recent_videos
    assert not hidden[recent[recent >= 0]].any()
    row = len(recent) - 1
    kept = data.samples.where(~hidden[data.samples.video]).recent_videos[row]
    assert recent[row][recent[row] >= 0].tolist() == [each for each in kept if each >= 0 and not hidden[each]]
    assert np.all((recent >= 0)[:, :-1] >= (recent >= 0)[:, 1:])
    assert np.all(left.samples.recent_outcomes[recent < 0] == 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "is of format 2"),
        ({"days": []}, "nothing to learn from"),
        ({"days": [{"file": "gone.parquet"}]}, "can't be read"),
    ],
)
def test_an_export_that_cannot_be_trained_on_says_why(tmp_path: Path, change: dict[str, object], message: str) -> None:
    folder = write_export(tmp_path / "export", World(days=1, rows_a_day=10))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")
    with pytest.raises(ExportError, match=message):
        read_export(folder, 0)


def test_a_folder_without_an_export_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="vireo samples --out"):
        read_export(tmp_path, 0)
