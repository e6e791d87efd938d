"""What a training is given, and where it keeps what it may go on from."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vireo_training.config import Config, to_json
from vireo_training.data import Export
from vireo_training.data.manifest import ExportManifest
from vireo_training.training_loop import Progress, Ranks

QUICK_DAYS = 4
SAY_EVERY_S = 3


@dataclass(frozen=True)
class Job:
    export: Export
    config: Config
    seed: int
    ranks: Ranks
    checkpoints: Path
    say: Callable[[str], None]

    @property
    def last_day(self) -> int:
        """The day on which the number of epochs is chosen and the twin is judged."""
        return int(self.export.samples.day.max())

    @property
    def configuration(self) -> dict[str, Any]:
        return to_json(self.config)

    def file(self, name: str) -> Path:
        return self.checkpoints / name

    def following(self, stage: str) -> Callable[[Progress], None]:
        """Says every few seconds, and at the end, how far a stage is."""
        said = 0.0

        def follow(at: Progress) -> None:
            nonlocal said
            if time.monotonic() - said < SAY_EVERY_S and at.share < 1:
                return
            said = time.monotonic()
            left = duration(at.seconds_left)
            self.say(f"{stage}: epoch {at.epoch} of {at.epochs}, loss {at.loss:.4f}, {at.share:.0%} done, {left} left")

        return follow

    def preparing(self, stage: str) -> Callable[[str], None]:
        return lambda what: self.say(f"{stage}: {what}")


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def checkpoint_folder(registry: Path, manifest: ExportManifest, config: Config, seed: int, what: str) -> Path:
    """One of its own for each export, configuration and seed: another training goes on from nothing of it."""
    made_of = json.dumps([manifest.created_ms, manifest.lake_version, to_json(config), seed, what], sort_keys=True)
    return registry / f".training-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"


def quick(export: Export, config: Config) -> tuple[Export, Config]:
    """The last days, and one epoch of each model: to see that it works."""
    samples = export.samples
    recent = samples.where(samples.day > samples.day.max() - QUICK_DAYS)
    return (
        replace(export, samples=recent),
        replace(
            config,
            retrieval=replace(config.retrieval, epochs=1, history_cuts=0),
            ranking=replace(config.ranking, epochs=1),
        ),
    )
