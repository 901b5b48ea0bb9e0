"""Finds the playbook of an incident: its severity decides, and a playbook for its category comes before the general one."""

from __future__ import annotations

from collections.abc import Iterable

from playbooks.playbook import Playbook
from records.incidents import Incident


class NoPlaybook(LookupError):
    """No playbook covers the incident."""


def playbook_for(incident: Incident, books: Iterable[Playbook]) -> Playbook:
    """The playbook that fits most closely; among equals the first by name. Raises NoPlaybook."""
    fitting = [
        book
        for book in books
        if book.severity is incident.severity and (not book.categories or incident.category in book.categories)
    ]
    if not fitting:
        raise NoPlaybook(f"no playbook for {incident.severity} / {incident.category}")
    return min(fitting, key=lambda book: (not book.categories, book.id))
