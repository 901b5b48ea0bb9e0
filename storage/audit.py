"""The log of acts: append only, each row holding the hash of the row before it, so that a change anywhere shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, CursorResult, Row, Text, cast, func, insert, select, type_coerce

from storage.tables import audit
from storage.turns import take_turn

BEFORE_THE_FIRST = "0" * 64
"""What the first row names as the hash before it."""

_NEVER_IN_DETAIL = frozenset({"password", "token", "secret", "text", "phone", "address", "email"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who (with which role, "" where none), when, what, on what, and whether it was permitted."""

    seq: int
    at: datetime
    actor: str
    role: str
    act: str
    subject: str
    allowed: bool
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The last row's number and hash; kept outside, it shows a cut tail."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def read(cls, written: str) -> Head:
        """Read what `str` writes. Raises ValueError."""
        number, _, digest = written.strip().partition(":")
        if not number.isascii() or not number.isdigit() or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise ValueError(f"not an audit head: {written[:80]!r}")
        return cls(int(number), digest)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that does not fit, and in Chinese how it does not."""

    seq: int
    what: str


class Audit:
    """The hash-chained log of acts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(
        self,
        at: datetime,
        actor: str,
        role: str | None,
        act: str,
        subject: str,
        allowed: bool,
        detail: Mapping[str, Any] | None = None,
    ) -> int:
        """Add one row in the caller's transaction and return its number.

        Append near the end of a transaction: on PostgreSQL, writers of the log wait for one another until they
        commit. Raises ValueError for a key of `detail` that could carry a secret, personal data or a post's text.
        """
        facts = dict(detail or {})
        forbidden = _NEVER_IN_DETAIL & facts.keys()
        if forbidden:
            raise ValueError(f"audit rows never hold {', '.join(sorted(forbidden))}")
        take_turn(self._connection, "audit")
        role = str(role or "")
        act = str(act)
        last = self.head()
        seq, previous = (last.seq + 1, last.hash) if last else (1, BEFORE_THE_FIRST)
        row = [seq, _microseconds(at), actor, role, act, subject, allowed, facts]
        self._connection.execute(
            insert(audit).values(
                seq=seq,
                at=at,
                actor=actor,
                role=role,
                act=act,
                subject=subject,
                allowed=allowed,
                detail=facts,
                previous=previous,
                hash=_digest(row, previous),
            )
        )
        return seq

    def head(self) -> Head | None:
        """The last row's number and hash, or None for an empty log."""
        row = self._connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
        return None if row is None else Head(row.seq, row.hash)

    def begun_at(self) -> datetime | None:
        """When the first act was noted: since then there is this desk; None before that."""
        return self._connection.execute(select(audit.c.at).order_by(audit.c.seq).limit(1)).scalar()

    def count(self) -> int:
        """How many rows there are."""
        return int(self._connection.execute(select(func.count()).select_from(audit)).scalar_one())

    def row_of(self, digest: str) -> int | None:
        """The number of the row with that hash, or None."""
        return self._connection.execute(select(audit.c.seq).where(audit.c.hash == digest)).scalar()

    def about(self, subject: str) -> list[Entry]:
        """Every act on one subject, oldest first."""
        query = select(audit).where(audit.c.subject == subject).order_by(audit.c.seq)
        return [_entry(row) for row in self._connection.execute(query)]

    def row(self, seq: int) -> Entry | None:
        """The row of that number."""
        found = self._connection.execute(select(audit).where(audit.c.seq == seq)).first()
        return None if found is None else _entry(found)

    def newest(self, limit: int, before_seq: int | None = None) -> list[Entry]:
        """The latest acts, newest first; `before_seq` pages on."""
        query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if before_seq is not None:
            query = query.where(audit.c.seq < before_seq)
        return [_entry(row) for row in self._connection.execute(query)]

    def verify(self, expected: Head | None = None) -> Broken | None:
        """The first row that was edited, removed, inserted or moved, or None for a whole chain.

        `expected` is a head noted earlier: its row must still be there, unchanged. Without it a cut tail, or a log
        rewritten as a whole, cannot be seen.
        """
        with self._raw() as rows:
            return _first_fault(rows, expected)

    def _raw(self) -> CursorResult[Any]:
        # Raw values: a tampered time or detail that no longer parses must be named, not crash the check.
        query = select(
            audit.c.seq,
            type_coerce(audit.c.at, BigInteger).label("at"),
            audit.c.actor,
            audit.c.role,
            audit.c.act,
            audit.c.subject,
            audit.c.allowed,
            cast(audit.c.detail, Text).label("detail"),
            audit.c.previous,
            audit.c.hash,
        ).order_by(audit.c.seq)
        return self._connection.execute(query, execution_options={"yield_per": 1000})


def _first_fault(rows: Iterable[Row[Any]], expected: Head | None) -> Broken | None:
    seq, previous = 0, BEFORE_THE_FIRST
    for row in rows:
        fault = _fault(row, seq, previous)
        if fault:
            return Broken(min(row.seq, seq + 1), fault)
        if expected is not None and row.seq == expected.seq and row.hash != expected.hash:
            return Broken(row.seq, "与另存的链首不符：这一行或它之前的内容被整体改写过")
        seq, previous = row.seq, row.hash
    if expected is not None and seq < expected.seq:
        return Broken(seq + 1, f"末尾被截断：另存的链首是第 {expected.seq} 行，现在只到第 {seq} 行")
    return None


def _fault(row: Row[Any], seq: int, previous: str) -> str | None:
    if row.seq != seq + 1:
        return f"第 {seq + 1} 行缺失，其后是第 {row.seq} 行" if row.seq > seq else "行号不连续：插入了一行"
    if row.previous != previous:
        return "与上一行接不上：上一行被删、被换，或这一行是插入的"
    try:
        detail = json.loads(row.detail)
    except (TypeError, ValueError):
        return "内容被改过：细节已不可读"
    content = [row.seq, row.at, row.actor, row.role, row.act, row.subject, row.allowed, detail]
    return None if _digest(content, previous) == row.hash else "内容被改过：与它的校验值不符"


def _digest(row: Sequence[Any], previous: str) -> str:
    written = json.dumps([*row, previous], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _microseconds(at: datetime) -> int:
    return int(audit.c.at.type.process_bind_param(at, None))  # type: ignore[attr-defined]


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.seq, row.at, row.actor, row.role, row.act, row.subject, row.allowed, dict(row.detail))
