"""The configuration of a training: one frozen dataclass, read from JSON. What is not in it stops the run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import cattrs

from vireo_training.increment.settings import IncrementSettings
from vireo_training.ranking.settings import RankingSettings
from vireo_training.retrieval.settings import RetrievalSettings


class ConfigError(ValueError):
    """A configuration that can't be used; the message says what to change."""


@dataclass(frozen=True)
class Config:
    utc_offset_hours: int = 8  # days begin so much before those of UTC
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    ranking: RankingSettings = field(default_factory=RankingSettings)
    increment: IncrementSettings = field(default_factory=IncrementSettings)
    value: dict[str, float] = field(default_factory=dict)  # weights of tasks, in place of the usual ones


def read_config(path: Path | None) -> Config:
    """The defaults without a path. Raises ConfigError where the file can't be read, or a key or a type is not known."""
    if path is None:
        return Config()
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ConfigError(f"{path} can't be read as JSON: {error}") from error
    return config_of(value, str(path))


def config_of(value: object, source: str) -> Config:
    """From what `to_json` makes, or some of it. Raises ConfigError, which begins with the source."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    try:
        config = converter.structure(value, Config)
    except Exception as error:
        raise ConfigError(f"{source}: {'; '.join(cattrs.transform_error(error))}") from error
    if config.retrieval.towers.tables != config.ranking.network.tables:
        raise ConfigError(f"{source}: retrieval.towers.tables and ranking.network.tables must be the same")
    if not 0 <= config.increment.replay_share < 1:
        raise ConfigError(f"{source}: increment.replay_share must be at least 0 and less than 1")
    return config


def to_json(config: Config) -> dict[str, object]:
    return cattrs.Converter().unstructure(config)  # type: ignore[no-any-return]
