"""The state folder → when this town began, so that a restart goes on where it was."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

EPOCH_FILE = "epoch.txt"
RECORDS_FILE = "records_dated.txt"


class DamagedState(ValueError):
    """A state file that does not hold a time."""


def epoch(state: Path, now: datetime) -> datetime:
    """When the town was first served; `now` becomes that moment where nothing is stored yet. Raises DamagedState."""
    return _kept(state / EPOCH_FILE, now)


def records_dated(state: Path, now: datetime) -> datetime:
    """The moment that dates the disclosure records: fixed by whoever asks first, before or after the first serving."""
    return _kept(state / RECORDS_FILE, now)


def _kept(file: Path, now: datetime) -> datetime:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        _write_once(file, now)
    text = file.read_text(encoding="utf-8").strip()
    try:
        kept = datetime.fromisoformat(text)
    except ValueError:
        raise DamagedState(f"{file} 里不是时间；删掉它，示例小城就从头开始") from None
    if kept.tzinfo is None:
        raise DamagedState(f"{file} 里的时间没有时区；删掉它，示例小城就从头开始")
    return kept


def _write_once(file: Path, now: datetime) -> None:
    """Write whole or not at all; of two that start at once the first stays."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(now.isoformat(), encoding="utf-8")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
