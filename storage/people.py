"""Desk accounts, their sign-in sessions (only a hash of each token), and how each recipient is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, union, update

from records.people import Contact, Person
from records.words import Level, Role
from storage.tables import contact, person, session
from storage.turns import take_turn


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against: `password` is an argon2 hash, `failures` the wrong tries since the last success."""

    person: Person
    password: str
    failures: int


@dataclass(frozen=True, slots=True)
class Session:
    """An open sign-in; `token` is the sha256 hex of the token that the browser holds."""

    token: str
    username: str
    started_at: datetime
    expires_at: datetime


_TURN = (contact.c.rank, contact.c.channel, contact.c.address)


class People:
    """Accounts, sessions and contacts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, newcomer: Person, password: str, created_at: datetime) -> None:
        """Store a new account with its password hash. Raises IntegrityError for a username that is taken."""
        self._connection.execute(
            insert(person).values(
                username=newcomer.username,
                name=newcomer.name,
                role=newcomer.role.value,
                unit=newcomer.unit,
                active=newcomer.active,
                password=password,
                must_change_password=newcomer.must_change_password,
                failures=0,
                locked_until=newcomer.locked_until,
                created_at=created_at,
            )
        )

    def get(self, username: str) -> Person | None:
        """The account, or None."""
        row = self._connection.execute(select(person).where(person.c.username == username)).first()
        return None if row is None else _person(row)

    def all(self) -> list[Person]:
        """Every account, disabled ones too, by username."""
        return [_person(row) for row in self._connection.execute(select(person).order_by(person.c.username))]

    def credentials(self, username: str) -> Credentials | None:
        """What a sign-in is checked against, or None for an unknown username. Tries take turns: only in a writing transaction."""
        row = self._connection.execute(select(person).where(person.c.username == username).with_for_update()).first()
        return None if row is None else Credentials(_person(row), row.password, row.failures)

    def active_with(self, role: Role) -> int:
        """How many active accounts have `role`."""
        query = select(func.count()).select_from(person).where(person.c.role == role.value, person.c.active)
        return int(self._connection.execute(query).scalar_one())

    def set_password(self, username: str, password: str, must_change: bool) -> None:
        """Store a new password hash; forgets earlier failures and a lock."""
        self._set(username, password=password, must_change_password=must_change, failures=0, locked_until=None)

    def set_active(self, username: str, active: bool) -> None:
        """Enable or disable an account."""
        self._set(username, active=active)

    def set_role(self, username: str, role: Role, unit: str | None) -> None:
        """Give an account another role and unit."""
        self._set(username, role=role.value, unit=unit)

    def rename(self, username: str, name: str) -> None:
        """Give an account another name for people to read."""
        self._set(username, name=name)

    def take_turn_of_accounts(self) -> None:
        """Make this transaction the only one that adds accounts or takes rights away until it ends."""
        take_turn(self._connection, "accounts")

    def set_failures(self, username: str, failures: int, locked_until: datetime | None) -> None:
        """Store the count of wrong tries and the end of a lock."""
        self._set(username, failures=failures, locked_until=locked_until)

    def start_session(self, opened: Session) -> None:
        """Store an open sign-in."""
        self._connection.execute(
            insert(session).values(
                token=opened.token,
                username=opened.username,
                started_at=opened.started_at,
                expires_at=opened.expires_at,
            )
        )

    def session(self, token: str) -> Session | None:
        """The sign-in whose token has this sha256, expired or not, or None."""
        row = self._connection.execute(select(session).where(session.c.token == token)).first()
        return None if row is None else Session(row.token, row.username, row.started_at, row.expires_at)

    def end_session(self, token: str) -> None:
        """Forget one sign-in."""
        self._connection.execute(delete(session).where(session.c.token == token))

    def end_sessions_of(self, username: str, but: str | None = None) -> None:
        """Forget every sign-in of one account, except the token hash `but`."""
        self._connection.execute(delete(session).where(session.c.username == username, session.c.token != (but or "")))

    def drop_expired_sessions(self, now: datetime) -> int:
        """Forget the sign-ins that ended; returns how many."""
        return self._connection.execute(delete(session).where(session.c.expires_at <= now)).rowcount

    def units(self) -> set[str]:
        """Every unit with an account that is in use or a contact; OFFICE where it has one."""
        accounts = select(person.c.unit).where(person.c.active, person.c.unit.is_not(None))
        return set(self._connection.execute(union(accounts, select(contact.c.recipient))).scalars())

    def take_turn(self, recipient: str) -> None:
        """Make this transaction the only one that changes how a recipient is reached until it ends."""
        take_turn(self._connection, f"contacts {recipient}")

    def contacts_of(self, recipient: str) -> list[Contact]:
        """How one recipient (a unit's name or `office`) is reached, by rank, channel and address."""
        query = select(contact).where(contact.c.recipient == recipient).order_by(*_TURN)
        return [_contact(row) for row in self._connection.execute(query)]

    def contacts(self) -> list[Contact]:
        """Every contact, by recipient, rank, channel and address."""
        query = select(contact).order_by(contact.c.recipient, *_TURN)
        return [_contact(row) for row in self._connection.execute(query)]

    def set_contacts(self, recipient: str, contacts: Sequence[Contact]) -> None:
        """Replace how one recipient is reached. Raises ValueError for a contact of another recipient."""
        strangers = [entry for entry in contacts if entry.recipient != recipient]
        if strangers:
            raise ValueError(f"a contact of {strangers[0].recipient} among those of {recipient}")
        self._connection.execute(delete(contact).where(contact.c.recipient == recipient))
        for entry in contacts:
            self._connection.execute(
                insert(contact).values(
                    recipient=recipient,
                    channel=entry.channel,
                    address=entry.address,
                    name=entry.name,
                    rank=entry.rank,
                    level=entry.level,
                )
            )

    def _set(self, username: str, **values: object) -> None:
        changed = self._connection.execute(update(person).where(person.c.username == username).values(**values))
        if changed.rowcount == 0:
            raise LookupError(f"no account {username}")


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(
        username=row.username,
        name=row.name,
        role=Role(row.role),
        unit=row.unit,
        active=row.active,
        must_change_password=row.must_change_password,
        locked_until=row.locked_until,
    )


def _contact(row: Row[tuple[object, ...]]) -> Contact:
    return Contact(row.recipient, row.channel, row.address, row.name, row.rank, Level(row.level))
