"""Brings the schema of a database to the newest migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from storage.turns import take_turn


def upgrade(engine: Engine) -> None:
    """Run every migration that the database has not had yet; safe to call at every start."""
    config = _migrations()
    with engine.connect() as connection:
        # Until the commit: two machines that begin at once migrate one after the other.
        take_turn(connection, "schema")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
