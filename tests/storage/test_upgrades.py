"""A store that is full of rows goes from every schema to the newest one, the way back and forward again, and loses none."""

from __future__ import annotations

import inspect as source
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import storage
from records.words import ReportKind
from storage.revisions import known, newest_schema
from storage.schema import bring
from storage.store import Store, Transaction
from storage.tables import metadata
from tests.storage.old_rows import Filling, Row, shapes_of

Rows = dict[str, list[Row]]
Changed = dict[str, tuple[int, int]]

EVERY = 11
"""From each so-manieth schema, and from each before a migration that moves rows, a store goes straight to the newest."""

MOVE_ROWS = {"0003", "0005", "0016", "0044"}
"""The migrations that do more to rows than give them a column."""

TWICE_NAMED = "0015"
"""The last schema in which a unit could be named twice to help with an incident."""

CHANGED_ON_THE_WAY_UP: dict[str, Changed] = {
    "0003": {"correction": (2, 2)},  # nothing ever wrote to the former table of corrections
    "0016": {"co_unit": (1, 0)},  # of a unit that was named twice the second naming is taken off
}
"""What a migration does to rows on purpose, by table: so many are no longer what they were, and so many fewer there are."""

CHANGED_ON_THE_WAY_BACK: dict[str, Changed] = {
    "0003": {"correction": (4, 4)},  # the former table has no room for them
    "0044": {"meta": (1, 1)},  # since when posts are counted, which nobody does any more
}


class Line:
    """Takes a connection's schema along the line of migrations."""

    def __init__(self) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
        self.script = ScriptDirectory.from_config(self._config)

    def up(self, connection: Connection, revision: str) -> None:
        self._run(connection, lambda found, _: self.script._upgrade_revs(revision, found))

    def down(self, connection: Connection, revision: str) -> None:
        self._run(connection, lambda found, _: self.script._downgrade_revs(revision, found))

    def _run(self, connection: Connection, steps: Callable[[Any, Any], Any]) -> None:
        self._config.attributes["connection"] = connection
        with EnvironmentContext(self._config, self.script, fn=steps):
            self.script.run_env()

    def move_rows(self) -> set[str]:
        """The migrations whose way up says more than columns, tables and indexes."""
        upgrades = {one.revision: source.getsource(one.module.upgrade) for one in self.script.walk_revisions()}
        return {name for name, text in upgrades.items() if "execute(" in text or "drop_table" in text}


def rows_of(connection: Connection) -> Rows:
    """Every row of every table, as the database writes them."""
    shapes = shapes_of(connection)
    found: Rows = {name: [] for name in shapes}
    if connection.dialect.name == "sqlite":
        plain = connection.connection.cursor()
        for name in shapes:
            plain.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in plain.description]
            found[name] = [dict(zip(columns, row, strict=True)) for row in plain]
    elif shapes:
        each = (f"""SELECT '{name}', to_jsonb(one) FROM "{name}" one""" for name in shapes)
        for name, row in connection.exec_driver_sql(" UNION ALL ".join(each)):
            found[name].append(row)
    return found


def changed(before: Rows, after: Rows) -> Changed:
    """How many rows are gone or say something else in a column that is there before and after, and how many are gone."""
    found = {}
    for name in before.keys() & after.keys():
        there = after[name][0].keys() if after[name] else frozenset[str]()
        columns = sorted(before[name][0].keys() & there) if before[name] and there else []
        lost = Counter(_written(row, columns) for row in before[name])
        lost -= Counter(_written(row, columns) for row in after[name])
        found[name] = (lost.total(), max(0, len(before[name]) - len(after[name])))
    return {name: numbers for name, numbers in found.items() if numbers != (0, 0)}


def _written(row: Row, columns: list[str]) -> str:
    return json.dumps([row[column] for column in columns], default=repr)


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
    return list(compare_metadata(context, metadata))


def _several(found: Mapping[str, list[Any]]) -> int:
    return sum(map(len, found.values()))


READ: dict[str, Callable[[Transaction, list[Row]], int]] = {
    "post": lambda t, rows: len(t.posts.after(0, 1000)),
    "assessment": lambda t, rows: len(t.assessments.many(row["post_id"] for row in rows)),
    "correction": lambda t, rows: len(t.corrections.latest(row["post_id"] for row in rows)),
    "incident": lambda t, rows: len(t.incidents.many([row["id"] for row in rows])),
    "gathering": lambda t, rows: len([t.incidents.gathering(row["id"]) for row in rows]),
    "member": lambda t, rows: sum(len(t.incidents.members_of(one)) for one in {row["gathering"] for row in rows}),
    "severity_change": lambda t, rows: sum(len(t.incidents.history(one)) for one in {row["incident"] for row in rows}),
    "co_unit": lambda t, rows: (
        len([row for row in rows if row["removed_at"] is not None])
        + _several(t.co_units.of_incidents([row["incident"] for row in rows]))
    ),
    "deadline": lambda t, rows: _several(t.deadlines.of_incidents([row["incident"] for row in rows])),
    "reminder": lambda t, rows: sum(len(t.deadlines.steps(one)) for one in {row["deadline"] for row in rows}),
    "alert": lambda t, rows: len(t.alerts.all()),
    "outbox": lambda t, rows: _several(t.alerts.deliveries([row["alert"] for row in rows])),
    "attempt": lambda t, rows: sum(len(t.alerts.attempts(one)) for one in {row["outbox"] for row in rows}),
    "channel_state": lambda t, rows: len(t.alerts.channel_states()),
    "audit": lambda t, rows: len(t.audit.newest(1000)) if t.audit.verify() is None else 0,
    "disclosure": lambda t, rows: sum(len(t.disclosures.versions(one)) for one in {row["id"] for row in rows}),
    "person": lambda t, rows: len(t.people.all()),
    "contact": lambda t, rows: len(t.people.contacts()),
    "session": lambda t, rows: len([row for row in rows if t.people.session(row["token"])]),
    "report": lambda t, rows: len(t.reports.newest(1000)),
    "report_part": lambda t, rows: sum(
        len(t.reports.parts(one, ReportKind.INITIAL)) for one in {row["incident"] for row in rows}
    ),
    "report_part_version": lambda t, rows: sum(
        len(t.reports.versions(row["incident"], ReportKind.INITIAL, row["number"])) for row in rows
    ),
    "response": lambda t, rows: sum(len(t.reports.responses(one)) for one in {row["incident"] for row in rows}),
    "paper": lambda t, rows: len([row for row in rows if t.papers.get(row["id"])]),
    "paper_version": lambda t, rows: sum(len(t.papers.versions(one)) for one in {row["paper"] for row in rows}),
    "measure": lambda t, rows: sum(len(t.measures.of_incident(one)) for one in {row["incident"] for row in rows}),
    "checklist_entry": lambda t, rows: sum(
        len(t.checklists.of_incident(one)) for one in {row["incident"] for row in rows}
    ),
    "claim": lambda t, rows: _several(t.claims.of_incidents([row["incident"] for row in rows])),
    "upward": lambda t, rows: _several(t.upward.of_incidents([row["incident"] for row in rows])),
    "answer": lambda t, rows: len([row for row in rows if t.answers.get(row["id"])]),
    "answer_entry": lambda t, rows: _several(t.answers.entries([row["answer"] for row in rows])),
    "verification": lambda t, rows: sum(len(t.answers.verifications(one)) for one in {row["incident"] for row in rows}),
    "proposal": lambda t, rows: len(t.proposals.many([row["id"] for row in rows])),
    "proposal_entry": lambda t, rows: _several(t.proposals.entries([row["proposal"] for row in rows])),
    "suggestion": lambda t, rows: len(t.suggestions.many(row["id"] for row in rows)),
    "suggestion_entry": lambda t, rows: _several(t.suggestions.entries([row["suggestion"] for row in rows])),
    "publication": lambda t, rows: len([row for row in rows if t.publications.get(row["id"])]),
    "release": lambda t, rows: len([row for row in rows if t.releases.get(row["id"])]),
    "catalogue_version": lambda t, rows: len(t.catalogues.versions()),
    "catalogue_filing": lambda t, rows: len(t.catalogues.filings()),
    "archive_package": lambda t, rows: len(t.archives.all()),
    "inspection_sheet": lambda t, rows: len(t.inspections.many([row["id"] for row in rows])),
    "inspection_entry": lambda t, rows: _several(t.inspections.entries([row["sheet"] for row in rows])),
    "rectification": lambda t, rows: len([row for row in rows if t.rectifications.get(row["id"])]),
    "rectification_entry": lambda t, rows: _several(t.rectifications.entries([row["item"] for row in rows])),
    "periodic_due": lambda t, rows: len(t.periodic.all()),
}
"""How many rows of a table its own reader gives."""


def as_read(t: Transaction, rows: Rows) -> dict[str, int]:
    return {name: read(t, rows[name]) for name, read in READ.items() if rows[name]}


@pytest.fixture
def store(empty_url: str) -> Iterator[Store]:
    opened = Store(empty_url)
    yield opened
    opened.close()


def test_every_row_of_every_schema_outlives_the_way_up_the_way_back_and_the_way_up_again(store: Store):
    line, revisions = Line(), known()
    assert line.move_rows() == MOVE_ROWS
    with store.engine.connect() as connection:
        full = filled_on_the_way_up(connection, line)
        assert sorted(name for name, rows in full.items() if len(rows) < 2 and name != "audit") == []
        assert differences(connection) == []
        oldest = sorted(full["outbox"], key=itemgetter("id"))[:2]
        assert all(row["queued_at"] == row["available_at"] for row in oldest), "queued when it was due"
        assert as_read(Transaction(connection), full) == {name: len(full[name]) for name in READ}
        connection.commit()
        before = full
        for revision, back_at in zip(revisions[:0:-1], revisions[-2::-1], strict=True):
            before = taken(connection, before, line.down, back_at, CHANGED_ON_THE_WAY_BACK.get(revision, {}))
        for revision in revisions[1:]:
            before = taken(connection, before, line.up, revision, {})
        assert differences(connection) == []
        connection.commit()
    assert store.schema_version() == newest_schema()


def filled_on_the_way_up(connection: Connection, line: Line) -> Rows:
    """Every row of a store that was used at every schema there ever was."""
    revisions, made = known(), Filling()
    straight = {*revisions[::EVERY], *(revisions[revisions.index(one) - 1] for one in MOVE_ROWS)}
    before = rows_of(connection)
    for revision in revisions:
        taken(connection, before, line.up, revision, CHANGED_ON_THE_WAY_UP.get(revision, {}))
        made.fill(connection)
        if revision == TWICE_NAMED:
            name_twice(connection, made)
        connection.commit()
        before = rows_of(connection)
        if revision in straight:
            goes_straight_to_the_newest(connection, revision)
    return before


def taken(
    connection: Connection, before: Rows, step: Callable[[Connection, str], None], to: str, expected: Changed
) -> Rows:
    """The rows after a step that changes so many of those before."""
    step(connection, to)
    connection.commit()
    after = rows_of(connection)
    assert changed(before, after) == expected, to
    return after


def name_twice(connection: Connection, rows: Filling) -> None:
    """A unit that helps with an incident, and is named once more."""
    incident = rows.rows["incident"][0]["id"]
    for _ in range(2):
        rows.add(connection, "co_unit", whole=False, incident=incident, unit="教体局")


def goes_straight_to_the_newest(connection: Connection, revision: str) -> None:
    """Bring it there as `huiying prepare` does, look, and take all of it back."""
    before = rows_of(connection)
    bring(connection)
    after = rows_of(connection)
    later = {name: one for name, one in CHANGED_ON_THE_WAY_UP.items() if name > revision}
    on_purpose = {table: number for one in later.values() for table, number in one.items()}
    if revision != TWICE_NAMED:
        on_purpose.pop("co_unit", None)
    assert changed(before, after) == on_purpose, revision
    assert shapes_of(connection) == {name: frozenset(one.c.keys()) for name, one in metadata.tables.items()}, revision
    assert as_read(Transaction(connection), after) == {name: len(after[name]) for name in READ if after[name]}, revision
    connection.rollback()
    assert changed(before, rows_of(connection)) == {}
    connection.commit()
