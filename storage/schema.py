"""Brings the schema of a database to the newest migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from storage.store import StoreHeld
from storage.turns import take_turn

TURN_SECONDS = 600.0
"""So long it waits for another machine that migrates: a large table takes its time."""

_HELD = {"55P03", "40P01", "SQLITE_BUSY"}
"""How PostgreSQL says that a lock was not to be had in time, or only by a deadlock, and SQLite that somebody else writes."""


def upgrade(engine: Engine, lock_seconds: float, turn_seconds: float = TURN_SECONDS) -> None:
    """Run every migration that the database has not had yet; safe to call at every start.

    Raises StoreHeld where others do not let go of a table within `lock_seconds`, or of the turn within `turn_seconds`.
    """
    with engine.connect() as connection:
        try:
            # Until the commit: two machines that begin at once migrate one after the other.
            _wait_at_most(connection, turn_seconds)
            take_turn(connection, "schema")
            _wait_at_most(connection, lock_seconds)
            bring(connection)
            connection.commit()
        except OperationalError as error:
            if _code(error) in _HELD:
                raise StoreHeld("others have tables of the store in use") from None
            raise


def bring(connection: Connection) -> None:
    """Run them in the transaction of that connection: all of them happen, or none."""
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _wait_at_most(connection: Connection, seconds: float) -> None:
    if connection.dialect.name == "postgresql":
        waiting = {"wait": f"{round(seconds * 1000)}ms"}
        connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), waiting)


def _code(error: OperationalError) -> str | None:
    return getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
