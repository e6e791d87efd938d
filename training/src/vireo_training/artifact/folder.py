"""A registry's folder shows whole artifacts only."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ArtifactError(RuntimeError):
    """An artifact that can't be written; the message says what to do."""


@contextmanager
def new_artifact(registry: Path, name: str, version: str) -> Iterator[Path]:
    """A folder to write into. When the block ends it is `registry/name/version`; after an error nothing is left of it.

    Raises ArtifactError where that version is there already, or where there is no room for it.
    """
    target = registry / name / version
    aside = target.parent / f".{version}.{os.getpid()}"
    if target.exists():
        raise ArtifactError(
            f"{target} is there already; an artifact never changes, so remove it or train with another seed"
        )
    try:
        aside.mkdir(parents=True)
        yield aside
        for path in (*aside.iterdir(), aside):
            sync(path)
        aside.rename(target)
        sync(target.parent)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ArtifactError(
                f"there is no room left for an artifact in {registry}; nothing of it is kept"
            ) from error
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def sync(path: Path) -> None:
    """What is there survives a crash."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
