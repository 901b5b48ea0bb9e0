"""A store on each database: SQLite always, PostgreSQL where HUIYING_TEST_POSTGRES names a server."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, create_engine, make_url, text
from sqlalchemy.util import LRUCache

from storage.store import Store

POSTGRES = os.environ.get("HUIYING_TEST_POSTGRES")
DATABASES = [
    "sqlite",
    pytest.param(
        "postgres",
        marks=[
            pytest.mark.postgres,
            pytest.mark.skipif(not POSTGRES, reason="PostgreSQL: HUIYING_TEST_POSTGRES names no server"),
        ],
    ),
]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest schema, to copy."""
    path = tmp_path_factory.mktemp("storage") / "empty.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture(scope="session")
def migrated_database() -> Iterator[str]:
    """The name of a PostgreSQL database at the newest schema, used again by test after test: emptying it takes a
    fortieth of the time of making one."""
    for name in _database():
        store = Store(_url_of(name))
        store.migrate()
        store.close()
        yield name


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    yield from map(_url_of, _database())


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> Iterator[Store]:
    """An empty store at the newest schema."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(migrated_file, path)
        yield from _opened(f"sqlite:///{path}")
        return
    url = _url_of(request.getfixturevalue("migrated_database"))
    yield from _opened(url)
    _emptied(url)


_DIALECTS: dict[str, Dialect] = {}
_COMPILED: LRUCache[Any, Any] = LRUCache(4000)


def compiled_once(engine: Engine) -> None:
    """Let this engine use the statements that others of this process have compiled for such a database."""
    if engine.name not in _DIALECTS:
        with engine.connect():  # it learns of the database what it compiles by
            _DIALECTS[engine.name] = engine.dialect
    engine.dialect = _DIALECTS[engine.name]
    engine.update_execution_options(compiled_cache=_COMPILED)


def _opened(url: str) -> Iterator[Store]:
    opened = Store(url)
    compiled_once(opened.engine)
    yield opened
    opened.close()


def _url_of(database: str) -> str:
    assert POSTGRES
    return make_url(POSTGRES).set(database=database).render_as_string(hide_password=False)


_EMPTYING: dict[str, tuple[Engine, str]] = {}
"""Of each database that is used again what is connected to it, and the question which of its tables hold anything: asked over
the same connection it is planned once."""


def _emptied(url: str) -> None:
    """Take every row out again, but the version of the schema; what still holds a connection loses it."""
    engine, which = _emptying(url)
    with engine.connect() as connection:
        # Neither foreign keys nor triggers are asked.
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        for name in connection.scalars(text(which)).all():
            connection.execute(text(f"DELETE FROM {name}"))
        counters = connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL")).all()
        for name in counters:
            connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))


def _emptying(url: str) -> tuple[Engine, str]:
    if url not in _EMPTYING:
        # A test may have cut every connection: a new one is made then.
        engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        with engine.connect() as connection:
            tables = connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
            ).all()
        which = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
        _EMPTYING[url] = engine, which
    return _EMPTYING[url]


def _database() -> Iterator[str]:
    """An empty database of our own on the server, gone at the end; its name."""
    assert POSTGRES
    name = f"huiying_{secrets.token_hex(6)}"
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield name
    finally:
        if (emptying := _EMPTYING.pop(_url_of(name), None)) is not None:
            emptying[0].dispose()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
