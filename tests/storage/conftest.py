"""A store on each database: SQLite always, PostgreSQL where HUIYING_TEST_POSTGRES names a server."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

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


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    yield from _fresh_schema()


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> Iterator[Store]:
    """An empty store at the newest schema."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(migrated_file, path)
        opened = Store(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    for url in _fresh_schema():
        opened = Store(url)
        opened.migrate()
        yield opened
        opened.close()


def _fresh_schema() -> Iterator[str]:
    assert POSTGRES
    name = f"huiying_{secrets.token_hex(6)}"
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    url = make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={name}"})
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()
