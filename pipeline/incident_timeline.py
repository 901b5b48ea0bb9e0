"""Reads everything that happened to an incident, for one person, as one timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casework.incidents.timeline import (
    AlikeCorrections,
    Event,
    HourOfPosts,
    Kind,
    alike_as_one,
    hours_of_posts,
    newest_first,
)
from pipeline.answering import ACKNOWLEDGE, APPROVE, WRITE
from pipeline.answering import VIEW as VIEW_ANSWERS
from pipeline.claiming import ENTER, SET_ASIDE
from pipeline.correcting import CORRECT
from pipeline.duty_view import VIEW as VIEW_DUTY
from pipeline.upward import DECIDE, RECEIVE, REPORT, TAKE_BACK
from pipeline.upward_view import VIEW as VIEW_UPWARD
from pipeline.verifying import VERIFY
from pipeline.views import may, visible_incident
from records.actions import Act
from records.alerts import Alert
from records.corrections import Correction
from records.deliveries import Delivery
from records.duty import LogEntry, struck
from records.incidents import Incident, Member, SeverityChange
from records.people import Person
from records.reports import Report, Response
from records.upward import Noted, UpwardEntry
from storage.audit import Entry
from storage.store import Transaction

Stored = HourOfPosts | SeverityChange | AlikeCorrections | Entry | Alert | Report | Response | UpwardEntry | LogEntry
"""What an event of the timeline is about."""

_UPWARD = frozenset({DECIDE, REPORT, RECEIVE, TAKE_BACK})
_OWN_RECORDS = frozenset({Act.FILE_REPORT, Act.PUBLISH_RESPONSE, *_UPWARD})
"""Acts that leave a record of their own, which says more than the log."""

_UNITS = frozenset({Act.HAND_OVER, Act.NAME_CO_UNIT, Act.REMOVE_CO_UNIT})
_JUDGEMENTS = frozenset({Act.SET_SEVERITY, Act.SET_CATEGORY, CORRECT, VERIFY, ENTER, SET_ASIDE})
_ANSWERS = frozenset({WRITE, APPROVE, ACKNOWLEDGE})


def incident_timeline(
    t: Transaction, person: Person, incident_id: str, kinds: Sequence[Kind] = ()
) -> list[Event[Stored]] | None:
    """Everything of these kinds, the newest first; None where the person may not see the incident."""
    incident = visible_incident(t, person, incident_id)
    if incident is None:
        return None
    return newest_first(_events(t, person, incident), kinds)


def deliveries_of(t: Transaction, events: Sequence[Event[Stored]]) -> Mapping[str, Sequence[Delivery]]:
    """How the alerts among these events went out, by alert key."""
    return t.alerts.deliveries([one.about.key for one in events if isinstance(one.about, Alert)])


def _events(t: Transaction, person: Person, incident: Incident) -> Iterator[Event[Stored]]:
    yield from _read(t, incident)
    hidden = _hidden(person, incident)
    for entry in t.audit.about(incident.id):
        if entry.act not in hidden and not (entry.allowed and entry.act in _OWN_RECORDS):
            yield Event(entry.at, _kind(entry), entry)
    for alert in t.alerts.of_incident(incident.id):
        yield Event(alert.at, Kind.ALERT, alert)
    yield from _told(t, person, incident)
    yield from _noted(t, person, incident)


def _hidden(person: Person, incident: Incident) -> frozenset[str]:
    """The acts of which the log may say, also by the reasons in it, what the person may not see elsewhere."""
    answers = frozenset() if may(person, VIEW_ANSWERS, incident.unit) else frozenset({WRITE, APPROVE})
    return answers if may(person, VIEW_UPWARD, incident.unit) else answers | _UPWARD


def _read(t: Transaction, incident: Incident) -> Iterator[Event[Stored]]:
    """What was posted, and how it was judged by rules and corrected by people."""
    members, history = t.incidents.members(incident.id), t.incidents.history(incident.id)
    for hour in hours_of_posts(members, history):
        yield Event(hour.last_at, Kind.POSTS, hour)
    for change in history:
        if change.actor is None:
            yield Event(change.at, Kind.JUDGEMENT, change)
    said = {**t.corrections.latest(one.post_id for one in members), **_left_by(t, incident, members)}
    for alike in alike_as_one(one for one in said.values() if one.follows is None):
        yield Event(alike.made.at, Kind.JUDGEMENT, alike)


def _left_by(t: Transaction, incident: Incident, members: Sequence[Member]) -> dict[str, Correction]:
    """The corrections by which posts left the incident while it went on, by post; else it would grow smaller unexplained."""
    if incident.disclosure is None:
        return {}
    here = {one.post_id for one in members}
    made = t.corrections.taken_away(incident.disclosure, incident.detected_at, incident.closed_at)
    return {one.post_id: one for one in made if one.post_id not in here}


def _told(t: Transaction, person: Person, incident: Incident) -> Iterator[Event[Stored]]:
    """What the public and those above were told, as far as the person may know."""
    for response in t.reports.responses(incident.id):
        yield Event(response.published_at, Kind.RESPONSE, response)
    if may(person, "view_reports", incident.unit, t.co_units.names(incident.id)):
        for report in t.reports.of(incident.id):
            yield Event(report.filed_at, Kind.REPORT, report)
    if may(person, VIEW_UPWARD, incident.unit):
        for noted in t.upward.of_incident(incident.id):
            if noted.noted is not Noted.NEED:
                yield Event(noted.at, Kind.UPWARD, noted)


def _noted(t: Transaction, person: Person, incident: Incident) -> Iterator[Event[Stored]]:
    """What those on duty noted of it in the logs that the person may read, without what was struck."""
    entries = t.duty.noted_of(incident.id)
    gone = struck(entries)
    for entry in entries:
        if entry.text and entry.id not in gone and may(person, VIEW_DUTY, entry.recipient):
            yield Event(entry.happened_at, Kind.ACT, entry)


def _kind(entry: Entry) -> Kind:
    if entry.act in _UNITS:
        return Kind.UNITS
    if entry.act in _ANSWERS:
        return Kind.RESPONSE
    return Kind.JUDGEMENT if entry.act in _JUDGEMENTS else Kind.ACT
