import json
from pathlib import Path

import pytest

from vireo_training.config import Config, ConfigError, read_config, to_json


def written(folder: Path, value: object) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_what_is_not_given_stays_as_it_is(tmp_path: Path) -> None:
    config = read_config(
        written(tmp_path, {"ranking": {"epochs": 2, "network": {"experts": 16}}, "value": {"like": 3}})
    )
    assert (config.ranking.epochs, config.ranking.network.experts, config.value) == (2, 16, {"like": 3.0})
    assert config.retrieval == Config().retrieval
    assert read_config(None) == Config()


def test_a_configuration_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    assert read_config(written(tmp_path, to_json(Config(value={"like": 2.0})))) == Config(value={"like": 2.0})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"rankings": {}}, "rankings"),
        ({"ranking": {"network": {"expert": 4}}}, r"expert\b.*ranking"),
        ({"ranking": {"epochs": "many"}}, "epochs"),
        ({"ranking": {"network": {"mixture": "moe"}}}, "mixture"),
        ({"ranking": {"network": {"tables": {"videos": 16}}}}, "must be the same"),
    ],
)
def test_what_is_not_known_stops_the_run_and_is_named(tmp_path: Path, value: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_config(written(tmp_path, value))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.json"):
        read_config(tmp_path / "gone.json")
