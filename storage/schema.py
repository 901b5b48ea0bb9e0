"""Brings the schema of a database to the newest migration, and says which one that is."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def upgrade(engine: Engine) -> None:
    """Run every migration that the database has not had yet; safe to call at every start."""
    config = _migrations()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def newest_schema() -> str | None:
    """The migration that a store stands at after `upgrade`."""
    return ScriptDirectory.from_config(_migrations()).get_current_head()


def knows(revision: str | None) -> bool:
    """Whether a store that stands there can be brought to the newest migration: it is none of a later version."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_migrations()).walk_revisions()}


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
