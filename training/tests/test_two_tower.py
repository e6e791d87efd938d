"""What vectors of people and videos depend on."""

import pytest
import torch
from torch import Tensor

from vireo_training.facts import TableSizes
from vireo_training.retrieval.settings import TowerSettings
from vireo_training.retrieval.two_tower import UNTIMED, TwoTower

SMALL = TowerSettings(tables=TableSizes(64, 64, 64, 16, 64, 8, 8), dimensions=16, id_width=8, event_width=8)


def towers(settings: TowerSettings = SMALL, embedding_width: int = 0) -> TwoTower:
    """With tables that are not 0 where training has not been."""
    torch.manual_seed(1)
    model = TwoTower(settings, embedding_width, popularity_windows=2).eval()
    for name, parameter in model.named_parameters():
        torch.nn.init.normal_(parameter, std=0.3)
        if name.endswith(("ids.weight", "creators.weight", "audios.weight", "categories.weight", "words.weight")):
            with torch.no_grad():
                parameter[0] = 0
    return model


def video(rows: int = 1, **inputs: Tensor) -> dict[str, Tensor]:
    return {
        "ids": torch.zeros(rows, 2, dtype=torch.long),
        "creators": torch.zeros(rows, dtype=torch.long),
        "audios": torch.zeros(rows, dtype=torch.long),
        "categories": torch.zeros(rows, 4, dtype=torch.long),
        "lengths_ms": torch.zeros(rows),
        "words": torch.zeros(rows, 16, dtype=torch.long),
        "embeddings": torch.zeros(rows, 0),
    } | inputs


def person(**inputs: Tensor) -> dict[str, Tensor]:
    """Has watched three videos."""
    there = torch.arange(50) < 3
    rows = torch.arange(1, 51).reshape(1, 50) * there
    return {
        "recent_ids": torch.stack([rows, rows], dim=2),
        "recent_creators": rows,
        "recent_audios": rows,
        "recent_categories": torch.stack([rows % 16] * 4, dim=2),
        "recent_lengths_ms": 20_000.0 * there.reshape(1, 50),
        "recent_outcomes": 33 * there.reshape(1, 50),
        "recent_gaps_s": 60.0 * rows,
        "recent_watch_ratios": 500.0 * there.reshape(1, 50),
        "surface": torch.tensor([1]),
        "hour_of_day": torch.tensor([12]),
        "weekday": torch.tensor([3]),
    } | inputs


def test_both_towers_have_at_most_half_a_million_parameters() -> None:
    assert sum(each.numel() for each in TwoTower(TowerSettings(), 0, 2).parameters()) <= 500_000


def test_a_video_that_nobody_has_seen_has_the_vector_of_its_content() -> None:
    model = towers()
    content = video(3, categories=torch.tensor([[3, 0, 0, 0], [3, 0, 0, 0], [5, 0, 0, 0]]))
    first, same, other = model.video(**content)
    assert torch.equal(first, same)
    assert not torch.allclose(first, other)
    with_id = model.video(**(content | {"ids": torch.tensor([[1, 2], [3, 4], [5, 6]])}))
    assert not torch.allclose(with_id[0], with_id[1])


def test_an_outside_embedding_moves_a_video() -> None:
    model = towers(embedding_width=4)
    first, second = model.video(**video(2, embeddings=torch.eye(4)[:2]))
    assert not torch.allclose(first, second)


def test_a_video_is_the_same_alone_and_among_many() -> None:
    model = towers()
    ids = torch.arange(100).reshape(50, 2) % 60
    among = model.video(**video(50, ids=ids))
    assert torch.allclose(among[7:8], model.video(**video(1, ids=ids[7:8])), atol=1e-6)
    assert torch.allclose(among.norm(dim=1), torch.ones(50))


def test_vectors_of_people_are_one_over_the_temperature_long() -> None:
    assert torch.allclose(towers().person(**person()).norm(dim=1), torch.tensor([1 / SMALL.temperature]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recent_outcomes", 37),
        ("recent_gaps_s", 90_000.0),
        ("recent_watch_ratios", 1500.0),
        ("recent_lengths_ms", 90_000.0),
        ("recent_creators", 9),
        ("surface", 2),
        ("hour_of_day", 3),
    ],
)
def test_what_a_person_did_last_and_when_they_ask_moves_their_vector(name: str, value: float) -> None:
    model = towers()
    changed = person()[name].clone()
    changed.view(-1)[0] = value
    assert not torch.allclose(model.person(**person()), model.person(**person(**{name: changed})), atol=1e-4)


def test_places_without_an_event_say_nothing() -> None:
    model = towers()
    noise = torch.arange(50).reshape(1, 50) * 7 % 60
    beyond = torch.where(person()["recent_outcomes"] > 0, person()["recent_creators"], noise)
    gaps = torch.where(person()["recent_outcomes"] > 0, person()["recent_gaps_s"], 1e6)
    expected = model.person(**person())
    assert torch.allclose(model.person(**person(recent_creators=beyond, recent_gaps_s=gaps)), expected)


def test_gaps_of_events_without_a_time_say_nothing() -> None:
    model = towers()
    untimed = person()["recent_outcomes"] + UNTIMED * (person()["recent_outcomes"] > 0)
    expected = model.person(**person(recent_outcomes=untimed))
    moved = model.person(**person(recent_outcomes=untimed, recent_gaps_s=person()["recent_gaps_s"] * 100))
    assert torch.equal(moved, expected)


def test_somebody_who_has_done_nothing_yet_has_a_vector() -> None:
    nothing = {
        name: torch.zeros_like(value) if name.startswith("recent_") else value for name, value in person().items()
    }
    assert torch.isfinite(towers().person(**nothing)).all()
