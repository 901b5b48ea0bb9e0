"""Keeps the rectification ledger (第五十三条): what was found wrong is handed to a unit, put right, checked, and made known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType

from casework.inspection.rectifying import RectificationCourse, RectificationSaid, course_of, missing, refusal
from pipeline.attempts import attempting, done_before, note_done
from pipeline.inspecting import as_marked, known, masked
from pipeline.masking import Mask
from pipeline.meant import Meant
from pipeline.notify import Routes
from pipeline.publication_log import checked_link
from pipeline.rectification_alerts import tell_opened, tell_sent_back
from pipeline.refusals import Refused
from pipeline.working_calendar import working_days
from records.inspections import SheetKind
from records.naming import office_name
from records.rectifications import Rectification, RectificationDid, RectificationEntry
from records.words import Role
from records.zone import CHINA
from regulation.inspection import RectificationRules, RectificationStep
from regulation.permissions import allowed, concerns
from storage.store import Store, Transaction

ACTS: Mapping[RectificationDid, str] = MappingProxyType(
    {
        RectificationDid.OPENED: "open_rectification",
        RectificationDid.PLANNED: "rectify",
        RectificationDid.PROVED: "rectify",
        RectificationDid.SENT_BACK: "check_rectification",
        RectificationDid.ACCEPTED: "check_rectification",
        RectificationDid.PUBLISHED: "publish_rectification",
        RectificationDid.EXTENDED: "open_rectification",
        RectificationDid.VOID: "open_rectification",
    }
)
"""The act of each step, as permissions.yaml and the audit name it."""

_DAY = timedelta(days=1)
_ADDRESS = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Rectifying:
    """What acts on rectification items need besides the store."""

    rules: RectificationRules
    mask: Mask
    routes: Routes


def open_item(store: Store, meant: Meant, check: str, said: RectificationSaid, desk: Rectifying) -> str:
    """Hand what a sheet (`meant.subject`) found by one check to its unit; the item's number. Raises Refused."""
    rule = desk.rules.step(RectificationDid.OPENED)
    with attempting(store, meant.actor, ACTS[rule.step], f"sheet:{meant.subject}", meant.at) as t:
        t.rectifications.take_turn()
        if meant.request is not None and (done := done_before(t, meant.request)) is not None:
            return done
        sheet = known(t, meant.subject)
        own = concerns(meant.actor.unit, sheet.unit)
        if meant.actor.role is not None and not allowed(meant.actor.role, ACTS[rule.step], own=own):
            raise Refused(f"整改事项由{office_name()}交办")
        if sheet.kind is not SheetKind.OFFICE or check not in _checks(t, meant.subject):
            raise Refused("请在督导检查表的一项下交办整改")
        number = f"Z{_year(meant.at)}-{t.rectifications.last_number(_year(meant.at)) + 1:04d}"
        t.rectifications.open(Rectification(number, sheet.id, check, sheet.unit, meant.at))
        entry = _entry(t, meant, number, rule, said, desk)
        _keep(t, meant, number, entry)
        tell_opened(t, number, sheet.unit, entry.due_at, meant.at, meant.actor.name, desk.routes)
    return number


def note(store: Store, meant: Meant, did: RectificationDid, said: RectificationSaid, desk: Rectifying) -> None:
    """Note one step of an item (`meant.subject`), and tell whom it concerns. Raises Refused where it may not be noted now."""
    rule = desk.rules.step(did)
    with attempting(store, meant.actor, ACTS[did], meant.subject, meant.at) as t:
        t.rectifications.take_turn()
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        item = t.rectifications.get(meant.subject)
        if item is None:
            raise Refused(f"没有编号为“{meant.subject[:40]}”的整改事项")
        if not _may(meant.actor.role, meant.actor.unit, ACTS[did], item):
            raise Refused(
                f"您没有权限做这一步：措施、结果和公开由{item.unit}登记，验收、退回和延期由{office_name()}登记"
            )
        course = courses(t, [item])[item.id]
        if (told := refusal(course, rule)) is not None:
            raise Refused(told)
        entry = _entry(t, meant, item.id, rule, said, desk)
        _keep(t, meant, item.id, entry)
        if did is RectificationDid.SENT_BACK:
            distinct = f"{item.id}/{len(course.entries)}"
            tell_sent_back(t, item.id, item.unit, distinct, course.due_at, meant.at, meant.actor.name, desk.routes)


def courses(t: Transaction, items: Sequence[Rectification]) -> dict[str, RectificationCourse]:
    """How these items have gone, by number."""
    entries = t.rectifications.entries([one.id for one in items])
    return {one.id: course_of(entries[one.id]) for one in items}


def _may(role: Role | None, unit: str | None, act: str, item: Rectification) -> bool:
    return role is None or allowed(role, act, own=concerns(unit, item.unit))


def _entry(
    t: Transaction, meant: Meant, item: str, rule: RectificationStep, said: RectificationSaid, desk: Rectifying
) -> RectificationEntry:
    """The entry as it may be kept. Raises Refused."""
    text = masked(t, said.text, desk.mask)
    link, record = _made_known(t, said.link if "link" in rule.needs else None)
    lacking = missing(rule, RectificationSaid(text, said.due_on, link or record))
    if lacking is not None:
        raise Refused(f"请填写{lacking}")
    return RectificationEntry(
        item=item,
        did=rule.step,
        at=meant.at,
        actor=meant.actor.name,
        text=text,
        due_at=_due_at(t, meant.at, rule, said),
        link=link,
        record=record,
    )


def _due_at(t: Transaction, at: datetime, rule: RectificationStep, said: RectificationSaid) -> datetime | None:
    today = at.astimezone(CHINA).date()
    if "due_on" in rule.needs and said.due_on is not None:
        if said.due_on < today:
            raise Refused("整改期限不能早于今天")
        return datetime.combine(said.due_on + _DAY, time(), CHINA)
    return None if rule.days is None else working_days(t).after(today, rule.days).due_at


def _made_known(t: Transaction, said: str | None) -> tuple[str | None, str | None]:
    """Where it was made known: an address, or the number of a published record. Raises Refused."""
    named = (said or "").strip()
    if not named:
        return None, None
    if named.startswith(_ADDRESS):
        return checked_link(named), None
    if t.disclosures.get(named) is None:
        raise Refused(
            f"“{named[:60]}”不是网址，公开事项台账里也没有这个编号：请填写 https:// 开头的网址或公开事项的编号"
        )
    return None, named


def _checks(t: Transaction, sheet_id: str) -> list[str]:
    sheet = known(t, sheet_id)
    return [one.rule.check for one in as_marked(t, [sheet])[sheet.id].checks]


def _keep(t: Transaction, meant: Meant, item: str, entry: RectificationEntry) -> None:
    kept = t.rectifications.note(entry)
    if meant.request is not None:
        note_done(t, meant.request, item)
    due = None if entry.due_at is None else entry.due_at.isoformat()
    named = {"entry": kept.id, "due_at": due, "record": entry.record}
    facts = {"did": entry.did.value, **{key: value for key, value in named.items() if value is not None}}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, ACTS[entry.did], item, True, facts)


def _year(at: datetime) -> int:
    return at.astimezone(CHINA).year
