"""The schema that migrations build is the one that the code declares, on both databases."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import storage
from pipeline.notify import page_only
from pipeline.sweep import sweep
from records.alerts import Alert, Deadline
from records.co_units import CoUnit
from records.people import Contact
from records.words import Level
from storage.revisions import known, knows, newest_schema
from storage.store import Store
from storage.tables import metadata
from tests.pipeline.clocks import at, open_incident, start, told
from tests.storage.conftest import DATABASES

BEFORE_DUTY = "0005"
"""The last migration of a desk that knew neither duty roster nor further clocks nor units that help."""

BEFORE_ONE_CO_UNIT = "0015"
"""The last migration after which a unit could be named twice to help."""


def migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    return config


def taken_back(store: Store, revision: str) -> None:
    """Bring the schema back to what it was."""
    config = migrations()
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def kept(store: Store) -> tuple[list[Deadline], list[Alert], list[Contact]]:
    with store.reading() as t:
        return t.deadlines.of_incident("20260410-001"), t.alerts.all(), list(t.people.contacts_of("住建局"))


def test_the_migrations_stand_in_one_line():
    script = ScriptDirectory.from_config(migrations())
    assert len(script.get_heads()) == 1
    line = [one.revision for one in script.walk_revisions()]
    assert line == sorted(line, reverse=True), "each follows the one before it in number"
    files = sorted(path.name[:4] for path in Path(script.versions).glob("[0-9]*.py"))
    assert files == sorted(line) == known(), "each file's number is its revision"
    assert newest_schema() == script.get_current_head()
    assert knows(line[-1])
    assert not knows("9999")
    assert not knows(None)


def test_a_desk_whose_clock_runs_goes_through_the_newer_migrations_and_goes_on(empty_url: str):
    store = Store(empty_url)
    store.migrate()
    open_incident(store)
    with store.transaction() as t:
        t.people.set_contacts("住建局", [Contact("住建局", "email", "li@zj.example", "李静")])
    start(store)
    before = kept(store)
    taken_back(store, BEFORE_DUTY)
    assert store.schema_version() == BEFORE_DUTY
    store.migrate()
    assert kept(store) == before
    assert [one.level for one in (*before[1], *before[2])] == [Level.DUTY] * 3
    sweep(store, at(60), page_only)
    assert [row[:2] for row in told(store)] == [
        ("plan_started", 0),
        ("plan_started", 0),
        ("reminder", 60),
        ("reminder", 60),
    ]
    store.close()


def test_of_a_unit_that_was_named_twice_to_help_the_first_naming_stays(empty_url: str):
    store = Store(empty_url)
    store.migrate()
    open_incident(store)
    taken_back(store, BEFORE_ONE_CO_UNIT)
    with store.transaction() as t:
        for unit, by in (("教体局", "王芳"), ("教体局", "李军"), ("水务局", "王芳")):
            t.co_units.name(CoUnit("20260410-001", unit, at(0), by, None))
    store.migrate()
    with store.transaction() as t:
        assert [(one.unit, one.named_by) for one in t.co_units.of("20260410-001")] == [
            ("教体局", "王芳"),
            ("水务局", "王芳"),
        ]
        t.co_units.remove("20260410-001", "教体局", at(1))
        assert t.co_units.name(CoUnit("20260410-001", "教体局", at(2), "李军", None))
    store.close()


def test_migrating_an_empty_database_builds_exactly_the_declared_schema(empty_url: str):
    store = Store(empty_url)
    store.migrate()
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []
        tables = set(inspect(connection).get_table_names())
    assert tables == {*metadata.tables, "alembic_version"}
    assert store.schema_version() is not None
    store.close()


def migrate_at(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.close()


@pytest.mark.parametrize("empty_url", DATABASES[1:], indirect=True)
def test_two_machines_may_begin_at_once(empty_url: str):
    """Two processes: within one, Alembic does one thing at a time. An SQLite store has one machine, whose start is locked."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert list(pool.map(migrate_at, [empty_url] * 2, timeout=120)) == [None] * 2
    store = Store(empty_url)
    assert store.schema_version() == newest_schema()
    store.close()


def test_migrating_twice_changes_nothing(empty_url: str):
    store = Store(empty_url)
    assert store.schema_version() is None
    store.migrate()
    before = store.schema_version()
    store.migrate()
    assert store.schema_version() == before
    store.close()


def test_no_table_has_a_column_for_who_posted():
    columns = {
        column.name for table in ("post", "intake", "assessment", "member") for column in metadata.tables[table].c
    }
    assert not columns & {"author", "account", "user", "avatar", "ip", "place", "location", "device"}
