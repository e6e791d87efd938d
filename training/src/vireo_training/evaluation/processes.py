"""Runs jobs side by side, in processes that share what was read."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch

MessageT = TypeVar("MessageT")
Job = Callable[[Callable[[MessageT], None]], None]
"""Tells of what it has done while it is at it."""


@dataclass(frozen=True)
class Said(Generic[MessageT]):
    message: MessageT


@dataclass(frozen=True)
class Failed:
    """The error, or what can be said of one that does not go from process to process."""

    error: Exception


def run_jobs(jobs: Sequence[Job[MessageT]], processes: int, hear: Callable[[MessageT], None]) -> None:
    """Runs all jobs, in their order where there is one process only. Raises the first error of a job, after which no
    other goes on, and RuntimeError where a process was killed.

    Processes are forked: jobs are closures over data that is too large to be sent.
    """
    if processes == 1 or "fork" not in multiprocessing.get_all_start_methods():
        for job in jobs:
            job(hear)
        return
    context = multiprocessing.get_context("fork")
    begun = context.Value("i", 0)

    def work(connection: multiprocessing.connection.Connection) -> None:
        torch.set_num_threads(1)
        try:
            while True:
                with begun.get_lock():
                    at = begun.value
                    begun.value += 1
                if at >= len(jobs):
                    return
                jobs[at](lambda message: connection.send(Said(message)))
        except Exception as error:
            traceback.print_exc()
            connection.send(Failed(error))

    workers = {}
    try:
        for _ in range(min(processes, len(jobs))):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            workers[ours] = process
        listen(workers, hear)
    finally:
        for process in workers.values():
            process.terminate()
            process.join()


def listen(
    workers: dict[multiprocessing.connection.Connection, multiprocessing.context.ForkProcess],
    hear: Callable[[MessageT], None],
) -> None:
    """Until all have ended."""
    left = set(workers)
    while left:
        for connection in multiprocessing.connection.wait(list(left)):
            assert isinstance(connection, multiprocessing.connection.Connection)
            try:
                said = connection.recv()
            except EOFError:
                left.remove(connection)
                workers[connection].join()
                if workers[connection].exitcode != 0:
                    raise RuntimeError(
                        "a process of the evaluation was killed; start it again, and it goes on"
                    ) from None
                continue
            if isinstance(said, Failed):
                raise said.error
            hear(said.message)
