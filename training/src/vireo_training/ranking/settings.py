"""What can be set for ranking. The defaults are what did best on days before those that models are judged on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vireo_training.facts import TableSizes

TASKS = ("finish", "long_view", "like", "share", "comment", "follow", "skip", "not_interested", "click")
"""Binary ones, in the order of the exported logits. Clicks are known of imported logs only."""


@dataclass(frozen=True)
class NetworkSettings:
    """The shape of the network; widths are numbers of units."""

    tables: TableSizes = field(default_factory=TableSizes)
    tasks: tuple[str, ...] = TASKS
    mixture: Literal["mmoe", "ple"] = "mmoe"
    experts: int = 8
    expert_width: int = 32
    hidden_width: int = 128
    id_width: int = 8
    creator_width: int = 4  # of the audio's too
    category_width: int = 8
    context_width: int = 4  # of surface, device, hour and weekday each
    video_width: int = 32
    recent: int = 50  # plays that are read, the newest ones
    attention: bool = True
    watch_head: Literal["survival", "quantile"] = "survival"
    positions: int = 100  # beyond them one is like another
    feature_dropout: float = 0.1
    dropout: float = 0.2
    id_dropout: float = 0.7


@dataclass(frozen=True)
class TreeSettings:
    """Of LightGBM, a model a task."""

    most_rounds: int = 800
    patience: int = 50  # rounds without a better last day
    learning_rate: float = 0.05
    leaves: int = 15
    least_rows_in_leaf: int = 300
    l2: float = 50.0
    share_of_columns: float = 0.4
    share_of_rows: float = 0.8
    threads: int = 2  # at most: no more than the process uses elsewhere


@dataclass(frozen=True)
class TeacherSettings:
    """Trees whose expectations are part of the labels of tasks with enough positives."""

    share: float = 0.5  # 0: labels are what happened
    rounds: int = 150
    trees: TreeSettings = field(default_factory=lambda: TreeSettings(learning_rate=0.08))


@dataclass(frozen=True)
class RankingSettings:
    network: NetworkSettings = field(default_factory=NetworkSettings)
    teacher: TeacherSettings = field(default_factory=TeacherSettings)
    epochs: int = 6
    batch_size: int = 1024
    learning_rate: float = 0.001
    warm_up: float = 0.1  # share of the steps
    weight_decay: float = 0.03
    watch_weight: float = 1.0  # of the loss of watch time, against 1 of a task that happens half of the time
    rare_power: float = 0.5  # a task's loss is divided by its entropy to this power; 0: all weigh the same
    known_from: int = 3  # times that a video must have been displayed to have an id of its own
    device: str = "cpu"
