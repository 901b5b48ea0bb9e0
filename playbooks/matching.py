"""Finds the playbook of an incident: its severity decides, and one for the catalogue item of its record, then one for its
category, comes before the general one."""

from __future__ import annotations

from collections.abc import Iterable

from playbooks.playbook import Playbook
from records.incidents import Incident


class NoPlaybook(LookupError):
    """No playbook covers the incident."""


def playbook_for(incident: Incident, books: Iterable[Playbook], item: str | None = None) -> Playbook:
    """The playbook that fits most closely an incident of a record of that catalogue item; among equals the first by name.

    Raises NoPlaybook.
    """
    fitting = [
        book
        for book in books
        if book.severity is incident.severity
        and (not book.categories or incident.category in book.categories)
        and (not book.items or book.covers(item))
    ]
    if not fitting:
        raise NoPlaybook(f"no playbook for {incident.severity} / {incident.category}")
    return min(fitting, key=lambda book: (not book.items, not book.categories, book.id))
