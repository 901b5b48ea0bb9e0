"""Keeps who has which piece of work in hand, and until when: of many workers on many hosts one does it, and a dead one's is
taken up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from records.leases import Lease
from storage.tables import lease

LONGEST = timedelta(minutes=5)
"""No lease is taken for longer. One that seems to last longer stems from a clock that has been set back since, and is over."""

FORGOTTEN = timedelta(days=1)
"""So long after its end nobody can still believe to have a lease, and its number may begin anew."""

_AT_ONCE = 1_000


class Leases:
    """Who has what in hand. A lease is never taken twice at once, but it may run out under a worker that stands still.

    So it saves work and keeps none safe: what must not happen twice asks `still_holds` in the transaction that writes it, or
    takes a turn there.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def now(self, own: datetime) -> datetime:
        """The time that leases run by: one for all who take them, else a host whose clock is ahead would take from others
        what they have in hand.

        Of PostgreSQL the server's time, since the hosts' clocks differ; of SQLite `own`, since one host has the file. The
        desk's own clock will not do: it stands still where no clock worker runs, and follows the host that is furthest ahead.
        """
        if self._connection.dialect.name != "postgresql":
            return own
        told: datetime = self._connection.execute(select(func.clock_timestamp())).scalar_one()
        return told.astimezone(UTC)

    def take(self, name: str, holder: str, now: datetime, seconds: float) -> Lease | None:
        """Have `name` in hand for so long from `now` on where it is free, has run out or is in this holder's hand already;
        None where somebody else has it.

        `holder` is one worker process: another one that was started after it must not bear the same.
        Raises ValueError where that is longer than leases last.
        """
        length = timedelta(seconds=seconds)
        if not timedelta(0) < length <= LONGEST:
            raise ValueError(f"a lease lasts longer than nothing and at most {LONGEST}, not {length}")
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        asked = insert(lease).values(name=name, holder=holder, until=now + length, fence=1)
        free = or_(lease.c.holder.is_(None), lease.c.until <= now, lease.c.until > now + LONGEST)
        mine = lease.c.holder == holder
        # One statement, so that of two who ask at once the second one sees what the first has taken.
        taken = asked.on_conflict_do_update(
            index_elements=[lease.c.name],
            set_={
                "holder": asked.excluded.holder,
                "until": asked.excluded.until,
                "fence": lease.c.fence + case((mine, 0), else_=1),
            },
            where=or_(mine, free),
        ).returning(lease.c.fence)
        fence = self._connection.execute(taken).scalar()
        return None if fence is None else Lease(name, holder, now + length, fence)

    def give_back(self, name: str, holder: str) -> bool:
        """Let somebody else take it at once; False where this holder does not have it any more."""
        mine = update(lease).where(lease.c.name == name, lease.c.holder == holder)
        # Until when it would have lasted stays: by that it is forgotten.
        return self._connection.execute(mine.values(holder=None)).rowcount > 0

    def forget(self, now: datetime) -> int:
        """Forget some of those that ended long ago: every start of a worker leaves names of its own. How many it were."""
        over = or_(lease.c.until < now - FORGOTTEN, and_(lease.c.holder.is_(None), lease.c.until.is_(None)))
        some = select(lease.c.name).where(over).order_by(lease.c.name).limit(_AT_ONCE)
        return self._connection.execute(delete(lease).where(over, lease.c.name.in_(some))).rowcount

    def still_holds(self, held: Lease) -> bool:
        """Whether nobody has taken it since, and until this transaction ends nobody does.

        Not whether it has run out: what nobody else has begun is not done twice.
        """
        query = select(lease.c.fence).where(lease.c.name == held.name, lease.c.holder == held.holder)
        return self._connection.execute(query.with_for_update()).scalar() == held.fence

    def holders(self, prefix: str, now: datetime) -> list[Lease]:
        """What somebody has in hand now of all whose names begin so, by name."""
        query = (
            select(lease)
            .where(lease.c.name.startswith(prefix, autoescape=True), lease.c.holder.is_not(None))
            .where(lease.c.until > now, lease.c.until <= now + LONGEST)
            .order_by(lease.c.name)
        )
        return [Lease(row.name, row.holder, row.until, row.fence) for row in self._connection.execute(query)]
