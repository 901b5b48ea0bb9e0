"""A desk that works and one that has nothing yet, on each database, for the commands that carry one over to the other."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from huiying.cli import run
from storage.backup import program
from tests.storage.conftest import DATABASES, POSTGRES


@pytest.fixture(params=DATABASES)
def urls(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Of the database that is copied and of an empty one; on SQLite each data directory has its own."""
    if request.param == "sqlite":
        yield ["", ""]
        return
    assert program("pg_dump") is not None
    names = [f"huiying_{secrets.token_hex(6)}" for _ in range(2)]
    server = create_engine(POSTGRES or "", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    yield [make_url(POSTGRES or "").set(database=name).render_as_string(hide_password=False) for name in names]
    with server.connect() as connection:
        for name in names:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def desks(urls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The settings files of a desk that works, with two people and a report, and of one that has nothing yet."""
    monkeypatch.chdir(tmp_path)
    found = []
    for name, url in zip(("old", "new"), urls, strict=True):
        file = tmp_path / f"{name}.yaml"
        database = f"database: {{url: '{url}'}}\n" if url else ""
        file.write_text(f"data_dir: {name}\n{database}", encoding="utf-8")
        found.append(file)
    for username in ("wang", "li"):
        assert at(found[0], "person", "add", username, "--name", "某人", "--role", "duty") == 0
    (tmp_path / "old" / "reports").mkdir()
    (tmp_path / "old" / "reports" / "一.docx").write_bytes(b"report")
    (tmp_path / "old" / "cookie.secret").write_text("s" * 40, encoding="ascii")
    return found


def at(settings: Path, *arguments: str) -> int:
    """Carry out a command of the desk that has these settings; its exit code."""
    return run(["--settings", str(settings), *arguments])
