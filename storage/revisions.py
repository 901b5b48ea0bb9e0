"""Which schemas of the record store this program knows, told from its migrations without loading what runs them."""

from __future__ import annotations

from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def known() -> list[str]:
    """Every schema that a store may stand at, oldest first: each migration's file begins with its number."""
    return sorted(file.name.partition("_")[0] for file in VERSIONS.glob("[0-9]*_*.py"))


def newest_schema() -> str:
    """The one that a store stands at after it was migrated."""
    return known()[-1]


def knows(revision: str | None) -> bool:
    """Whether a store that stands there can be brought to the newest one: it is none of a later version."""
    return revision in known()
