"""Names an incident together with those that people have merged into it: what was noted of them is noted of it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, literal, select

from storage.tables import incident


def with_merged(incident_id: str) -> Select[tuple[str]]:
    """The id of the incident and of every one that is part of it by now, one merged into a merged one too."""
    known = select(literal(incident_id).label("id")).cte("part", recursive=True)
    known = known.union(select(incident.c.id).join(known, incident.c.merged_into == known.c.id))
    return select(known.c.id)


def wholes_of(connection: Connection, incident_ids: Iterable[str]) -> dict[str, list[str]]:
    """Of each of these incidents and of every one that is part of one of them: to which of them it belongs."""
    asked = set(incident_ids)
    merged = select(incident.c.id, incident.c.merged_into).where(incident.c.merged_into.is_not(None))
    into = {row.id: str(row.merged_into) for row in connection.execute(merged)}
    found: dict[str, list[str]] = {}
    for one in {*asked, *into}:
        whole: str | None = one
        while whole is not None:
            if whole in asked:
                found.setdefault(one, []).append(whole)
            whole = into.get(whole)
    return found
