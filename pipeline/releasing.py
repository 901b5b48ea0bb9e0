"""Keeps the release calendar: plans releases, notes what became of them, and calls them to mind the working day before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alerts.desk_message import RELEASE_AHEAD, alert_about_desk
from alerts.message import recipient_name, shown
from casework.disclosures.procedure import End
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.notify import Routes, queue
from pipeline.proposal_reading import may_see, seen_by
from pipeline.proposing import proposal
from pipeline.refusals import Refused
from pipeline.units import require_known
from pipeline.views import may, may_read, may_somewhere
from pipeline.working_calendar import working_days
from records.alerts import OFFICE
from records.disclosures import Disclosure
from records.people import Person
from records.releases import IllegalRelease, Release, ReleaseState, ReleaseStep
from records.zone import CHINA
from regulation.permissions import allowed, concerns, everywhere, may_read_record
from regulation.platforms import PlatformRules
from regulation.recipients import recipients_for
from regulation.releases import ReleaseRules
from storage.store import Store, Transaction

PLAN, NOTE, VIEW = "plan_release", "note_release", "view_releases"
"""The acts as permissions.yaml and the audit name them."""

_AHEAD = timedelta(days=20)
"""No working day lies further before the day after it."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody plans; `request` names the request, so that a repeat changes nothing."""

    what: str
    due: datetime
    platform: str
    spokesperson: str
    request: str
    record: str | None = None
    proposal: str | None = None


def plan_release(store: Store, planned: Planned, actor: Actor, at: datetime, platforms: PlatformRules) -> None:
    """Put a release on the calendar. Raises Refused."""
    with attempting(store, actor, PLAN, "releases", at) as t:
        t.releases.take_turn()
        if done_before(t, planned.request) is not None:
            return
        _permit(actor, PLAN, actor.unit)
        if not planned.what.strip():
            raise Refused("请写明发布什么")
        if planned.due <= at:
            raise Refused("计划的时间应在现在以后")
        platform = platforms.platform(planned.platform)
        if platform is None or not platform.used:
            raise Refused("没有这个发布平台：请从列表中选择")
        if planned.spokesperson != OFFICE:
            require_known(t, planned.spokesperson)
        _require_record(t, planned.record, actor)
        _require_proposal(t, planned.proposal, actor)
        first = ReleaseStep(ReleaseState.PLANNED, at, actor.name, planned.due)
        release = Release(
            id=0,
            what=planned.what.strip()[:_LONGEST],
            platform=platform.name,
            record=planned.record,
            proposal=planned.proposal,
            unit=actor.unit,
            spokesperson=planned.spokesperson,
            steps=(first,),
        )
        number = t.releases.add(release)
        note_done(t, planned.request, str(number))
        t.audit.append(at, actor.name, actor.role, PLAN, f"release/{number}", True, {"due": planned.due.isoformat()})


def note_release(
    store: Store,
    number: int,
    state: ReleaseState,
    actor: Actor,
    at: datetime,
    reason: str = "",
    due: datetime | None = None,
) -> None:
    """Note that a release was held, moved to `due`, or cancelled; the last two need a reason. Raises Refused."""
    with attempting(store, actor, NOTE, f"release/{number}", at) as t:
        t.releases.take_turn()
        release = t.releases.get(number)
        if release is None:
            raise Refused("没有这次发布")
        _permit(actor, NOTE, release.unit)
        try:
            release.require(state)
        except IllegalRelease as fault:
            raise Refused(str(fault)) from None
        if state is not ReleaseState.HELD and not reason.strip():
            raise Refused("请写明原因")
        if state is ReleaseState.MOVED and (due is None or due <= at):
            raise Refused("改到的时间应在现在以后")
        then = due if state is ReleaseState.MOVED and due is not None else release.due
        t.releases.step(number, ReleaseStep(state, at, actor.name, then, reason.strip()[:_LONGEST] or None))
        facts = {"state": state.value, "due": then.isoformat(), "reason": reason}
        t.audit.append(at, actor.name, actor.role, NOTE, f"release/{number}", True, facts)


def month_of(t: Transaction, person: Person, first: date) -> list[Release]:
    """The releases of the month that begins on `first`, as far as the person may know of them."""
    if not may_somewhere(person, VIEW):
        return []
    following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = t.releases.between(_midnight(first.replace(day=1)), _midnight(following))
    records = t.disclosures.many(name for one in found for name in (one.record, one.proposal) if name is not None)
    return [one for one in found if _shows(t, person, one, records)]


def _shows(t: Transaction, person: Person, release: Release, records: Mapping[str, Disclosure]) -> bool:
    """Whether the person may know of it: what is told of a proposal shows as the proposal does, once published as the record."""
    record = records.get(release.record or release.proposal or "")
    if record is not None:
        return may_read(person, record)
    found = None if release.proposal is None else proposal(t, release.proposal)
    return found is None or seen_by(person, found)


def may_note(person: Person, release: Release) -> bool:
    """Whether the person may say what became of this release."""
    return may(person, NOTE, release.unit)


def remind_of_releases(store: Store, now: datetime, rules: ReleaseRules, routes: Routes) -> int:
    """Call to mind what is released on the next working day, each once; how many alerts were new."""
    with store.reading() as t:
        if not _due(t, now, rules):
            return 0
    with store.transaction() as t:
        return sum(_remind(t, release, now, routes) for release in _due(t, now, rules))


def _due(t: Transaction, now: datetime, rules: ReleaseRules) -> Sequence[Release]:
    calendar = working_days(t)
    ahead = [one for one in t.releases.between(now, now + _AHEAD) if one.state.ahead]
    return [one for one in ahead if rules.reminded(one.due, calendar) <= now]


def _remind(t: Transaction, release: Release, now: datetime, routes: Routes) -> int:
    """Only number, time and platform are told: what is released may not be known yet outside."""
    facts = {
        "number": str(release.id),
        "due": shown(release.due),
        "platform": release.platform,
        "spokesperson": recipient_name(release.spokesperson),
    }
    distinct = f"{release.id}@{release.due.isoformat()}"
    told = recipients_for(RELEASE_AHEAD, release.spokesperson)
    alerts = [
        alert_about_desk(RELEASE_AHEAD, one, now, distinct, facts, link="/releases") for one in dict.fromkeys(told)
    ]
    return queue(t, alerts, routes)


def _permit(actor: Actor, act: str, unit: str | None) -> None:
    if actor.role is None or everywhere(actor.role, act):
        return
    if not allowed(actor.role, act, own=concerns(actor.unit, unit)):
        raise Refused("您没有权限安排这次发布")


def _require_record(t: Transaction, record_id: str | None, actor: Actor) -> None:
    if record_id is None:
        return
    record = t.disclosures.get(record_id)
    if record is None or not (actor.role is None or may_read_record(actor.role, actor.unit, record.scope, record.unit)):
        raise Refused("没有这条公开事项，或它不属于您可以查看的范围")


def _require_proposal(t: Transaction, proposal_id: str | None, actor: Actor) -> None:
    if proposal_id is None:
        return
    found = proposal(t, proposal_id)
    if found is None or not may_see(actor, found):
        raise Refused("没有这件拟公开事项，或它不属于您可以查看的范围")
    if found.standing.end in (End.WITHHELD, End.DROPPED):
        raise Refused(f"这件拟公开事项{found.standing.end.label}，不再发布")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
