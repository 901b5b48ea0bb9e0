"""Puts a report's file where it belongs: whole or not at all, and on the disk before anybody relies on it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(folder: Path, name: str, content: bytes) -> Path:
    """Write `content` to `folder`/`name` and return the path; a crash leaves the old file, the new one, or none.

    Raises OSError, such as for a full disk; the half-written file is removed then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    beside = folder / f".{name}.{secrets.token_hex(4)}.part"
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _settle(folder)
    return target


def _settle(folder: Path) -> None:
    """Make the new name itself outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
