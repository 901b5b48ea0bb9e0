"""Puts the parts together as the settings say; nothing is opened before it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from huiying.clock import Clock
from huiying.settings import Settings
from storage.store import Store


@dataclass(frozen=True)
class Desk:
    """The parts of one running desk: `settings` say how, `clock` says when."""

    settings: Settings
    clock: Clock

    @cached_property
    def store(self) -> Store:
        """The record store. Its schema is brought up to date by `open_desk`."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        return Store(self.settings.database_url)

    def close(self) -> None:
        """Let go of whatever was opened."""
        if "store" in self.__dict__:
            self.store.close()


def open_desk(settings: Settings, clock: Clock) -> Desk:
    """A desk whose store has the newest schema."""
    desk = Desk(settings, clock)
    desk.store.migrate()
    return desk
