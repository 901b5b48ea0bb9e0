"""Keeps what was read once for as long as the store has not changed under it: what many pages ask for and few acts change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """By name, what was read last and the mark that the store bore then. What is kept must not be changed by who gets it."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, Any]] = {}
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)

    def recall(self, name: str, mark: object, read: Callable[[], T]) -> T:
        """What was read under this mark, or what `read` gives now. Whoever else asks for the same meanwhile waits for it."""
        with self._turns[name]:
            known = self._kept.get(name)
            if known is not None and known[0] == mark:
                found: T = known[1]
                return found
            found = read()
            self._kept[name] = (mark, found)
            return found
