"""Writes the desk's own log: one JSON object a line, rotated, with named facts only and never a text or a person.

    log = logging.getLogger("huiying.judge"); log.info("judged", extra=facts(posts=12))

The event is a fixed word; facts are numbers, ids and names of parts. A message of a library is kept without its
arguments, and an error as its type and the places it went through: what it was about may stand in the arguments.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from huiying.settings import Settings

Fact = str | int | float | bool | None


def facts(**named: Fact) -> dict[str, Any]:
    """The `extra` of a log call."""
    return {"facts": named}


class JsonLines(logging.Formatter):
    """Formats a log record as one line of JSON."""

    def __init__(self, worker: str) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        row: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "worker": self._worker,
            "logger": record.name,
            "event": str(record.msg)[:200],
        }
        row.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1] is not None:
            row["error"] = told(record.exc_info[1])
        return json.dumps(row, ensure_ascii=False)


def told(error: BaseException) -> list[str]:
    """An error without what it was about: its type, then the places from the outermost in."""
    places = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    return [f"{type(error).__module__}.{type(error).__qualname__}", *places[-8:]]


def start_logging(settings: Settings, worker: str, name: str | None = None) -> logging.Logger:
    """Send every log record of this process where the settings say: to `logs/<name>.jsonl`, or to standard output.

    Returns the worker's own logger.

    `name` is the worker's kind where it is not said: two processes must not write into one file, since each would put it aside.
    """
    name = name or worker
    handler = logging.StreamHandler(sys.stdout) if settings.log.to == "output" else _file(settings, name)
    handler.setFormatter(JsonLines(name))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(settings.log.level)
    return logging.getLogger(f"huiying.{worker}")


def _file(settings: Settings, name: str) -> RotatingFileHandler:
    settings.logs_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return RotatingFileHandler(
        settings.logs_dir / f"{name}.jsonl",
        maxBytes=int(settings.log.max_mb * 1024 * 1024),
        backupCount=settings.log.keep,
        encoding="utf-8",
    )
