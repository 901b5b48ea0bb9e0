"""Keeps what crawlers on whatever machine must know of web hosts: until when nobody asks one, and which ones a source leads to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from storage.inserting import insert_new
from storage.tables import crawl_host, source_host
from storage.turns import take_turn

LONGEST_QUIET = timedelta(days=1, hours=1)
"""What lies further ahead stems from a clock that has been set back since."""

MOST_HOSTS = 20
"""So many hosts that a source leads to are minded: those that it led to last."""


class CrawlHosts:
    """The hosts that sources stand on and lead to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that shares out hosts until it ends."""
        take_turn(self._connection, "crawl hosts")

    def quiet(self, now: datetime) -> dict[str, datetime]:
        """The hosts that nobody may begin to ask yet, and until when."""
        held = (crawl_host.c.quiet_until > now, crawl_host.c.quiet_until <= now + LONGEST_QUIET)
        query = select(crawl_host.c.host, crawl_host.c.quiet_until).where(*held)
        return {host: until for host, until in self._connection.execute(query)}

    def delays(self, hosts: Collection[str]) -> dict[str, float]:
        """How many seconds lay between two requests to these hosts when they were last asked."""
        query = select(crawl_host.c.host, crawl_host.c.delay_seconds).where(crawl_host.c.host.in_(hosts))
        return {host: delay for host, delay in self._connection.execute(query)}

    def keep_quiet(self, host: str, until: datetime, delay: float) -> None:
        """Let nobody begin to ask a host before then, or before what is kept already, where that is later."""
        known = self._connection.execute(select(crawl_host.c.quiet_until).where(crawl_host.c.host == host)).scalar()
        if known is not None and until < known <= until + LONGEST_QUIET:
            until = known
        if not insert_new(self._connection, crawl_host, host=host, quiet_until=until, delay_seconds=delay):
            change = update(crawl_host).where(crawl_host.c.host == host)
            self._connection.execute(change.values(quiet_until=until, delay_seconds=delay))

    def reached(self, sources: Collection[str]) -> dict[str, frozenset[str]]:
        """The hosts that each of these sources led to beside its own, those of the last days."""
        found: dict[str, list[str]] = {}
        query = select(source_host).where(source_host.c.source.in_(sources)).order_by(source_host.c.at.desc())
        for row in self._connection.execute(query):
            hosts = found.setdefault(row.source, [])
            if len(hosts) < MOST_HOSTS:
                hosts.append(row.host)
        return {source: frozenset(hosts) for source, hosts in found.items()}

    def reach(self, source: str, host: str, at: datetime) -> None:
        """Note that a source leads to a host."""
        if not insert_new(self._connection, source_host, source=source, host=host, at=at):
            here = (source_host.c.source == source) & (source_host.c.host == host)
            self._connection.execute(update(source_host).where(here).values(at=at))

    def forget(self, before: datetime) -> None:
        """Forget what has not been met since."""
        self._connection.execute(delete(source_host).where(source_host.c.at < before))
        self._connection.execute(delete(crawl_host).where(crawl_host.c.quiet_until < before))
