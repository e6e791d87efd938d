"""What the ranker says as a server would ask it: a request at a time, through the exported graph."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vireo_training.artifact.graphs import Session
from vireo_training.artifact.inputs import Arrays, Encoder
from vireo_training.data import Samples

Ints = NDArray[np.int64]


def requests_of(samples: Samples) -> Iterator[Ints]:
    """Rows that were served together: those of one person at one time."""
    order = np.lexsort((samples.person, samples.time_ms))  # [N]
    person, time = samples.person[order], samples.time_ms[order]
    begins = np.flatnonzero((person[1:] != person[:-1]) | (time[1:] != time[:-1])) + 1
    yield from np.split(order, begins)


def request(samples: Samples, rows: Ints, encoder: Encoder) -> Arrays:
    return encoder.person(samples.where(rows[:1])) | encoder.candidates(samples.where(rows))


def served_logits(session: Session, samples: Samples, encoder: Encoder) -> NDArray[np.float32]:
    """[N, T]."""
    people, candidates = encoder.person(samples), encoder.candidates(samples)  # [N, ...] each
    parts = []
    for rows in requests_of(samples):
        person = {name: values[rows[:1]] for name, values in people.items()}
        parts.append(
            (rows, session.run(person | {name: values[rows] for name, values in candidates.items()})["logits"])
        )
    logits = np.empty((len(samples), parts[0][1].shape[1]), dtype=np.float32)
    for rows, found in parts:
        logits[rows] = found
    return logits
