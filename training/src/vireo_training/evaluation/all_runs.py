"""All runs of an evaluation: rows of tables × test days × seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, product
from pathlib import Path
from typing import Protocol, TypeVar

from vireo_training.evaluation.processes import run_jobs
from vireo_training.evaluation.progress import Progress
from vireo_training.evaluation.results import Choice
from vireo_training.evaluation.saved_runs import Arrays, Run, SavedRuns

RANKING, RETRIEVAL, COLD = "ranking", "retrieval", "cold videos"

CHOICE = "choice"  # among a run's arrays

RunsByRow = dict[str, list[list[Arrays]]]
"""By row of the table: for each seed, for each day."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


Model = TypeVar("Model", bound=Named)


Make = Callable[[Model, int, int, str | None], Arrays]
"""Of a model, a day, a seed, and what was chosen (JSON), which it chooses itself where that is None."""


@dataclass(frozen=True)
class AllRuns:
    days: dict[int, str]  # tested on: number and ISO
    seeds: tuple[int, ...]
    deterministic: frozenset[str]
    saved: SavedRuns
    progress: Progress
    processes: int

    @classmethod
    def plan(
        cls,
        models: Mapping[str, Sequence[Named]],
        deterministic: frozenset[str],
        days: dict[int, str],
        seeds: tuple[int, ...],
        work: Path,
        data_digest: str,
        say: Callable[[str], None],
        processes: int,
    ) -> AllRuns:
        """`models` are by kind. Raises ValueError where two of a kind have one name."""
        for kind, own in models.items():
            names = [model.name for model in own]
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"two rows of {kind} are called {twice[0]}")
        planned = [
            run_of(kind, model, day, seed)
            for kind, own in models.items()
            for day in days.values()
            for model in own
            for seed in seeds_of(model, seeds, deterministic)
        ]
        return cls(
            days, seeds, deterministic, SavedRuns(work, data_digest), Progress(planned, say, processes), processes
        )

    def all_of(self, kind: str, models: Sequence[Model], make: Make[Model]) -> RunsByRow:
        """What `make` says of each model, day and seed, or what is kept of it."""
        planned = [
            [(seed, run_of(kind, model, iso, seed)) for seed in seeds_of(model, self.seeds, self.deterministic)]
            for iso in self.days.values()
            for model in models
        ]
        for _, run in chain(*planned):
            if self.saved.holds(run):
                self.progress.reused(run)
        jobs = [
            partial(self.make_all, runs, partial(make, model, day))
            for runs, (day, model) in zip(planned, product(self.days, models), strict=True)
            if not all(self.saved.holds(run) for _, run in runs)
        ]
        run_jobs(jobs, self.processes, self.progress.made)
        return {
            model.name: [
                [self.saved.load(run_of(kind, model, iso, seed)) for iso in self.days.values()]
                for seed in seeds_of(model, self.seeds, self.deterministic)
            ]
            for model in models
        }

    def make_all(
        self,
        runs: Sequence[tuple[int, Run]],
        make: Callable[[int, str | None], Arrays],
        tell: Callable[[tuple[Run, float]], None],
    ) -> None:
        """The runs of a model and a day: what the first seed has chosen holds for all."""
        choice: str | None = None
        for seed, run in runs:
            if not self.saved.holds(run):
                began = time.monotonic()
                self.saved.save(run, make(seed, choice))
                tell((run, time.monotonic() - began))
            choice = choice or str(self.saved.load(run)[CHOICE])

    def choices(self, kind: str, found: RunsByRow) -> list[Choice]:
        return [
            Choice(kind, row, day, seed, str(arrays[CHOICE]))
            for row, of_seeds in found.items()
            for seed, of_days in zip(self.seeds, of_seeds, strict=False)
            for day, arrays in zip(self.days.values(), of_days, strict=True)
        ]


def run_of(kind: str, model: Named, day: str, seed: int) -> Run:
    return Run(kind, model.name, repr(model), day, seed)


def seeds_of(model: Named, seeds: tuple[int, ...], deterministic: frozenset[str]) -> tuple[int, ...]:
    return seeds[:1] if model.name in deterministic else seeds
