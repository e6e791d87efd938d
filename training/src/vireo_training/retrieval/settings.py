"""What can be set for retrieval. The defaults are what did best on days before those that models are judged on."""

from __future__ import annotations

from dataclasses import dataclass, field

from vireo_training.facts import TableSizes


@dataclass(frozen=True)
class TowerSettings:
    """The shape of both towers."""

    tables: TableSizes = field(default_factory=TableSizes)
    dimensions: int = 128
    id_width: int = 36
    fact_width: int = 4  # of each other fact of a video
    event_width: int = 64
    recent: int = 50  # events that the person's tower reads, the newest ones
    attention_queries: int = 4
    context: bool = True
    dropout: float = 0.0
    id_dropout: float = 0.1
    temperature: float = 0.1


@dataclass(frozen=True)
class RetrievalSettings:
    towers: TowerSettings = field(default_factory=TowerSettings)
    epochs: int = 8
    batch_size: int = 256
    learning_rate: float = 0.003
    warm_up_steps: int = 100
    targets: int = 16  # videos that an example may lead to
    history_cuts: int = 2  # examples an epoch from each person's untimed history; 0 leaves it out
    history_ahead: int = 10  # plays after the cut that are its targets
    unwatched_weight: float = 0.6  # of a play without a long view as a target, against 1 with one
    in_batch: bool = True  # candidates are the targets of the batch; else all videos that can be
    log_q: bool = True
    hard_negatives: int = 4  # displayed without a long view, drawn for each example
    hard_weight: float = 0.0
    popularity: bool = True
    known_from: int = 3  # times that a video must have been displayed to have an id of its own
    device: str = "cpu"
