"""Says how far a list of runs is and how long the rest will take."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vireo_training.evaluation.saved_runs import Run


def to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@dataclass
class Progress:
    """The time left is told from the mean of a row's earlier runs; rows that had none take the mean of all."""

    runs: Sequence[Run]
    say: Callable[[str], None]
    processes: int = 1
    left: list[Run] = field(init=False)
    seconds: dict[tuple[str, str], list[float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.left = list(self.runs)

    def reused(self, run: Run) -> None:
        self.left.remove(run)

    def made(self, said: tuple[Run, float]) -> None:
        """A run was made, in so many seconds."""
        run, took = said
        self.seconds.setdefault((run.kind, run.row), []).append(took)
        self.left.remove(run)
        done = len(self.runs) - len(self.left)
        self.say(f"[{done}/{len(self.runs)}] {run}: {took:.0f} s; about {self.minutes_left()} min left")

    def minutes_left(self) -> int:
        means = {row: sum(taken) / len(taken) for row, taken in self.seconds.items()}
        overall = sum(means.values()) / max(1, len(means))
        return round(sum(means.get((run.kind, run.row), overall) for run in self.left) / self.processes / 60)
