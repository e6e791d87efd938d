"""Files that are there whole, or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import torch


def write_whole(path: Path, content: bytes) -> None:
    """Aside and renamed. Raises RuntimeError, with what to do, where the disk does not take it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        raise RuntimeError(
            f"{path} could not be written ({error.strerror}): make room, then give the same command again; it goes on"
            " from what is kept"
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def save_whole(path: Path, state: Mapping[str, object]) -> None:
    """As `torch.load` reads it."""
    content = io.BytesIO()  # its own writer hides why a file can't be written
    torch.save(state, content)
    write_whole(path, content.getvalue())
