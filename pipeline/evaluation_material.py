"""Reads everything that the evaluation of an incident is made from, of those merged into it too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from alerts.message import addressed
from casework.evaluation.course import After, Asked, Course, Effect, Forecast, SeenPost, Told, family_of
from casework.incidents.calming import Calming, Turn, calming
from casework.reports.drafting import matter
from pipeline.masking import Mask
from pipeline.risk import held_against
from records.actions import Act
from records.alerts import OFFICE, Alert, Deadline, DeadlineState
from records.corrections import Correction
from records.disclosures import Disclosure
from records.incidents import Incident
from records.papers import OfficePaper, PaperKind
from records.patrols import Trouble
from records.people import Person
from records.reports import Response
from records.words import Role, Sentiment
from regulation.calming import CalmingRules
from regulation.evaluation import EvaluationRules
from regulation.risk import RiskRules
from regulation.source_health import HealthRules, OutcomesRule, SilenceRule
from storage import tables
from storage.audit import Entry
from storage.store import Transaction

_AFTER = {Turn.CALMER: After.CALMER, Turn.ALIKE: After.ALIKE, Turn.WORSE: After.WORSE}
_AGAIN = {"acknowledgement": "unacknowledged", "co_acknowledgement": "co_unacknowledged"}
_CLIMBED = "climbed"


@dataclass(frozen=True, slots=True)
class Evaluating:
    """The rules by which an incident is evaluated, what masks what people wrote, and what people call a source."""

    rules: EvaluationRules
    calming: CalmingRules
    risk: RiskRules
    health: HealthRules
    mask: Mask
    source_name: Callable[[str], str] = str


def course_of(t: Transaction, incident: Incident, at: datetime, by: Evaluating) -> Course:
    """The incident with all that belongs to it, as it stands at `at`."""
    merged = list(_merged(t, incident.id))
    whole = {one.id: one for one in (incident, *merged)}
    ids = list(whole)
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    posts = _posts(t, incident.id)
    heard = _heard_later(t, incident, at)
    people = t.people.all()
    names = {one.name for one in people}
    clocks = [_masked(one, by.mask, names) for each in ids for one in t.deadlines.of_incident(each)]
    until = incident.closed_at or at
    alerts = [one for each in ids for one in t.alerts.of_incident(each) if one.at <= until]
    log = [one for each in ids for one in t.audit.about(each) if one.allowed]
    arrived = t.alerts.arrived([one.key for one in alerts])
    added, taken = _corrections(t, [incident, *merged], at)
    troubles = _troubles(t, incident, posts, at, by.health)
    responses = sorted((one for each in ids for one in t.reports.responses(each)), key=lambda one: one.published_at)
    lively = [*(one.seen_at for one in posts), *heard]
    return Course(
        at=at,
        incident=incident,
        subject=matter(incident, record),
        co_units=t.co_units.names(incident.id),
        merged=merged,
        split_off=t.incidents.split_from(incident.id),
        history=t.incidents.history(incident.id),
        posts=posts,
        heard=heard,
        confirmed_at=min((one.at for one in log if one.act == Act.CONFIRM), default=None),
        clocks=clocks,
        asked=list(_asked(people, whole, clocks, alerts, arrived, log, at)),
        told=[Told(one, arrived.get(one.key)) for one in alerts],
        added=added,
        taken=taken,
        troubles=troubles,
        forecast=_forecast(t, record, by.risk),
        reports=[one for each in ids for one in t.reports.of(each)],
        replaced=[one for each in ids for one in t.papers.of_incident(each) if _replaced(one)],
        effects=[_effect(one, at, lively, by.calming) for one in responses],
        measures=t.measures.of_incident(incident.id),
        names={name: by.source_name(name) for name in {*_sources(posts, troubles)}},
        units={one.id: _unit_at_the_end(one, whole[one.incident], at, log) for one in clocks if one.id is not None},
        kinds={one.kind: _badge(one.kind, by.health) for one in troubles},
    )


def _masked(clock: Deadline, mask: Mask, names: Collection[str]) -> Deadline:
    """The reason for a plan that was entered late is in people's own words."""
    return clock if not clock.start_reason else replace(clock, start_reason=mask(clock.start_reason, names))


def _merged(t: Transaction, incident_id: str) -> Iterator[Incident]:
    for one in t.incidents.merged_into(incident_id):
        yield one
        yield from _merged(t, one.id)


def _posts(t: Transaction, incident_id: str) -> list[SeenPost]:
    """The posts of the incident, where they are now; the source of one that is no longer stored is not known."""
    held, post = tables.member, tables.post
    query = (
        select(held.c.post_id, held.c.seen_at, post.c.source, post.c.published_at, post.c.flags)
        .select_from(held.outerjoin(post, post.c.id == held.c.post_id))
        .where(held.c.gathering == t.incidents.gathering_of(incident_id).id)
        .order_by(held.c.position)
    )
    return [
        SeenPost(row.source or "", row.seen_at, row.published_at, tuple(row.flags or ()), row.post_id)
        for row in t.connection.execute(query)
    ]


def _heard_later(t: Transaction, incident: Incident, at: datetime) -> list[datetime]:
    """The moments of the negative posts about its record that came after it had ended."""
    if incident.disclosure is None or incident.closed_at is None:
        return []
    post, read = tables.post, tables.assessment
    query = (
        select(post.c.seen_at)
        .join(read, read.c.post_id == post.c.id)
        .where(read.c.disclosure == incident.disclosure, read.c.sentiment == Sentiment.NEGATIVE.value)
        .where(post.c.seen_at > incident.closed_at, post.c.seen_at <= at)
        .order_by(post.c.seen_at)
    )
    return list(t.connection.execute(query).scalars())


def _sources(posts: Sequence[SeenPost], troubles: Sequence[Trouble]) -> list[str]:
    return [*(one.source for one in posts if one.source), *(one.source for one in troubles)]


def _corrections(
    t: Transaction, incidents: Sequence[Incident], at: datetime
) -> tuple[list[Correction], list[Correction]]:
    """Of posts that belong to the incident, and of those that do not: most of these have left it, but when it had ended before."""
    members = {one.post_id for one in t.incidents.members(incidents[0].id)}
    said = [one for one in t.corrections.latest(sorted(members)).values() if _read_otherwise(one)]
    added = [one for one in said if _belongs(one, incidents)]
    left = {
        one.number: one
        for each in incidents
        if each.disclosure is not None
        for one in t.corrections.taken_away(each.disclosure, each.detected_at, each.closed_at or at)
        if one.post_id not in members
    }
    return added, [*(one for one in said if not _belongs(one, incidents)), *left.values()]


def _read_otherwise(made: Correction) -> bool:
    """Whether the machine was wrong about whether the post belonged, not about its category alone."""
    return bool({"sentiment", "disclosure"} & {*made.before.differs_in(made.after)})


def _belongs(made: Correction, incidents: Sequence[Incident]) -> bool:
    records = {one.disclosure for one in incidents}
    return made.after.sentiment is Sentiment.NEGATIVE and made.after.disclosure in records


def _troubles(
    t: Transaction, incident: Incident, posts: Sequence[SeenPost], at: datetime, health: HealthRules
) -> list[Trouble]:
    """What kept sources from being read; that one brought little or much is no such thing."""
    begin = min([incident.detected_at, *(one.published_at for one in posts if one.published_at is not None)])
    found = t.source_troubles.between(begin, incident.closed_at or at)
    return [one for one in found if isinstance(health.rule(one.kind), OutcomesRule | SilenceRule)]


def _badge(kind: str, health: HealthRules) -> str:
    rule = health.rule(kind)
    return kind if rule is None else rule.badge


def _forecast(t: Transaction, record: Disclosure | None, rules: RiskRules) -> Forecast | None:
    found = None if record is None else held_against(t, record, rules)
    if found is None:
        return None
    lines, held = found
    return Forecast([(one.what, one.forecast, one.happened) for one in lines], held)


def _effect(response: Response, at: datetime, posts: Sequence[datetime], rules: CalmingRules) -> Effect:
    found = calming(response.published_at, at, posts, (), rules)
    return Effect(response, _AFTER.get(found.turn, After.UNKNOWN), _effect_said(found))


def _effect_said(found: Calming) -> str:
    return f"{found.turn.label}：每小时帖文由{found.before.per_hour:.1f}条到{found.after.per_hour:.1f}条"


def _replaced(paper: OfficePaper) -> bool:
    return paper.superseded_by is not None and paper.kind is not PaperKind.EVALUATION


def _asked(
    people: Sequence[Person],
    incidents: Mapping[str, Incident],
    clocks: Sequence[Deadline],
    alerts: Sequence[Alert],
    arrived: Mapping[str, datetime],
    log: Sequence[Entry],
    at: datetime,
) -> Iterator[Asked]:
    for clock in sorted(clocks, key=lambda one: (one.started_at, one.id or 0)):
        again = _AGAIN.get(family_of(clock))
        if again is None:
            continue
        unit = clock.unit or _unit_then(incidents[clock.incident], clock.started_at, log)
        ended = clock.ended_at or at
        meanwhile = [one for one in alerts if one.incident == clock.incident and clock.started_at <= one.at <= ended]
        mine = [one for one in meanwhile if one.recipient in (unit, *([] if clock.unit else [OFFICE]))]
        climbed = [addressed(one.recipient, one.level) for one in meanwhile if one.kind == _CLIMBED]
        yield Asked(
            clock=clock,
            unit=unit,
            arrived_at=min((arrived[one.key] for one in mine if one.key in arrived), default=None),
            by=_who(clock, log, people),
            again=len({one.at for one in mine if one.kind == again}),
            climbed=tuple(dict.fromkeys(climbed)) if clock.unit is None else (),
        )


def _unit_then(incident: Incident, at: datetime, log: Sequence[Entry]) -> str | None:
    """The unit that answered for the incident at that moment: before each hand-over the one that it was taken from."""
    later = [one for one in log if one.act == Act.HAND_OVER and one.subject == incident.id and one.at > at]
    return incident.unit if not later else str(min(later, key=lambda one: one.seq).detail.get("before") or "") or None


def _unit_at_the_end(clock: Deadline, incident: Incident, at: datetime, log: Sequence[Entry]) -> str | None:
    """The unit that had the duty until its clock ended: the hand-over that ends one is not yet done."""
    return _unit_then(incident, (clock.ended_at or at) - datetime.resolution, log)


def _who(clock: Deadline, log: Sequence[Entry], people: Sequence[Person]) -> str | None:
    """Who of the desk acknowledged, with unit or role; None where nobody did."""
    if clock.state is not DeadlineState.MET or not clock.end_reason:
        return None
    roles = [one.role for one in log if one.actor == clock.end_reason and one.at == clock.ended_at and one.role]
    named = [one for one in people if one.name == clock.end_reason]
    unit = named[0].unit if len(named) == 1 else None
    said = unit or (Role(roles[0]).label if roles else None)
    return f"{clock.end_reason}（{said}）" if said else clock.end_reason
