"""The schema that migrations build is the one that the code declares, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from storage.store import Store
from storage.tables import metadata


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
