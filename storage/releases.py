"""Keeps planned releases; what happens to one is added as a step and never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select

from records.releases import Release, ReleaseState, ReleaseStep
from storage.tables import release, release_step
from storage.turns import take_turn


class Releases:
    """The release calendar."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Let nobody else write here until this transaction ends."""
        take_turn(self._connection, "releases")

    def add(self, planned: Release) -> int:
        """Add a release (its own `id` is left aside) with its steps; its number."""
        values = {
            "what": planned.what,
            "platform": planned.platform,
            "record": planned.record,
            "proposal": planned.proposal,
            "unit": planned.unit,
            "spokesperson": planned.spokesperson,
        }
        number = int(self._connection.execute(insert(release).values(values).returning(release.c.id)).scalar_one())
        for step in planned.steps:
            self.step(number, step)
        return number

    def step(self, number: int, step: ReleaseStep) -> None:
        """Add what happened to a release."""
        self._connection.execute(
            insert(release_step).values(
                release=number,
                state=step.state.value,
                at=step.at,
                actor=step.actor,
                due=step.due,
                reason=step.reason,
            )
        )

    def get(self, number: int) -> Release | None:
        """The release of that number."""
        return next(iter(self._of([number])), None)

    def about(self, subjects: Collection[str]) -> list[Release]:
        """The releases of these records and proposals, the first planned first."""
        named = select(release.c.id).where(or_(release.c.record.in_(subjects), release.c.proposal.in_(subjects)))
        return sorted(self._of(self._connection.execute(named).scalars().all()), key=lambda one: one.id)

    def between(self, since: datetime, until: datetime) -> list[Release]:
        """Releases that were once to be since then and before `until`, and still are, in their order."""
        named = select(release_step.c.release).where(release_step.c.due >= since, release_step.c.due < until).distinct()
        found = self._of(self._connection.execute(named).scalars().all())
        return sorted((one for one in found if since <= one.due < until), key=lambda one: (one.due, one.id))

    def _of(self, numbers: Sequence[int]) -> list[Release]:
        steps: dict[int, list[ReleaseStep]] = {}
        query = select(release_step).where(release_step.c.release.in_(numbers)).order_by(release_step.c.id)
        for row in self._connection.execute(query):
            step = ReleaseStep(ReleaseState(row.state), row.at, row.actor, row.due, row.reason)
            steps.setdefault(row.release, []).append(step)
        rows = self._connection.execute(select(release).where(release.c.id.in_(numbers)))
        return [
            Release(
                id=row.id,
                what=row.what,
                platform=row.platform,
                record=row.record,
                proposal=row.proposal,
                unit=row.unit,
                spokesperson=row.spokesperson,
                steps=tuple(steps[row.id]),
            )
            for row in rows
        ]
