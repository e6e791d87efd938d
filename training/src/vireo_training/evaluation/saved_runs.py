"""What was computed for a row of the table stays, so that a killed evaluation goes on where it was."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vireo_training.whole_files import write_whole

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Run:
    """One row of a table, for one test day and seed."""

    kind: str  # which evaluation
    row: str
    configuration: str
    day: str
    seed: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.row}, {self.day}, seed {self.seed}"


@dataclass(frozen=True)
class SavedRuns:
    folder: Path
    data_digest: str

    def holds(self, run: Run) -> bool:
        return self.path(run).exists()

    def load(self, run: Run) -> Arrays:
        with np.load(self.path(run), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}

    def save(self, run: Run, arrays: Arrays) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        np.savez_compressed(content, allow_pickle=False, **arrays)
        write_whole(self.path(run), content.getvalue())

    def path(self, run: Run) -> Path:
        told = json.dumps([self.data_digest, run.kind, run.row, run.configuration, run.day, run.seed])
        readable = re.sub(r"\W+", "-", f"{run.kind} {run.row} {run.day} {run.seed}").strip("-").lower()
        return self.folder / f"{readable}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.npz"


def digest(*parts: object) -> str:
    """SHA-256 of arrays, and of dataclasses and other collections of them, in hexadecimal."""
    found = hashlib.sha256()

    def add(part: object) -> None:
        found.update(type(part).__name__.encode())
        if isinstance(part, np.ndarray) and part.dtype != np.object_:
            found.update(f"{part.dtype.str}{part.shape}".encode())
            found.update(np.ascontiguousarray(part).tobytes())
        elif isinstance(part, np.ndarray):
            found.update(json.dumps(part.tolist()).encode())
        elif is_dataclass(part):
            for field in fields(part):
                found.update(field.name.encode())
                add(getattr(part, field.name))
        elif isinstance(part, dict):
            for name, value in part.items():
                found.update(str(name).encode())
                add(value)
        else:
            found.update(json.dumps(part).encode())

    for part in parts:
        add(part)
    return found.hexdigest()
