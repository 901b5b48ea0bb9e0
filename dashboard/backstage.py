"""What stands behind the pages of this process: the store, the clock, the settings and the cookie signer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from alerts.delivery import Channel
from dashboard.cookies import Signer
from huiying.settings import Settings
from huiying.wiring import Desk, crawl_settings
from pipeline import accounts
from pipeline.previews import Previews
from records.people import Person
from storage.store import Store


@dataclass(frozen=True)
class Backstage:
    """The desk's parts as the pages need them."""

    desk: Desk
    signer: Signer

    @property
    def store(self) -> Store:
        """The record store."""
        return self.desk.store

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.desk.settings

    @cached_property
    def previews(self) -> Previews:
        """The previews of sources that people of this process have asked for."""
        desk = self.desk
        return Previews(
            desk.sources,
            crawl_settings(desk.settings),
            self.now,
            queries=desk.queries_to_show,
            retention=desk.retention,
        )

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """The ways to reach people that the settings set up."""
        return self.desk.channels()

    @property
    def reports_dir(self) -> Path:
        """Where filed reports lie."""
        return self.settings.reports_dir

    def now(self) -> datetime:
        """The present moment in UTC."""
        return self.desk.clock.now()

    def person(self, token: str | None) -> Person | None:
        """Who holds this session token now; None without a token, without asking the store."""
        return accounts.whoami(self.store, token, self.now()) if token else None


_installed: list[Backstage] = []


def install(parts: Backstage) -> None:
    """Let the pages of this process work with these parts. Streamlit gives its script no arguments, hence this."""
    _installed[:] = [parts]


def backstage() -> Backstage:
    """The parts installed last. Raises LookupError before `install`."""
    if not _installed:
        raise LookupError("dashboard.backstage.install has not been called")
    return _installed[0]
