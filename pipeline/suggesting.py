"""Writes the suggestions ledger: takes in what was suggested, masked first, and notes what is done with it.

第四十六至四十八条. Nothing is ever changed: a mistaken entry is taken back by one of its own. Who made a suggestion is never
asked and has no place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from types import MappingProxyType

from alerts.desk_message import SUGGESTION_INSTRUCTED, SUGGESTION_TRANSFERRED, SUGGESTION_URGED
from casework.suggestions.moves import Said, may_be_taken_back, missing, refusal
from casework.suggestions.standing import Course
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.notify import Routes
from pipeline.refusals import Refused
from pipeline.suggestion_alerts import tell, until, waited_for
from pipeline.suggestion_courses import courses_of
from pipeline.units import require_known
from pipeline.working_calendar import working_days
from records.naming import office_name
from records.posts import REDACTED_TEXT
from records.suggestions import Did, Suggestion, SuggestionEntry, origin_of_post
from records.zone import CHINA
from regulation.permissions import allowed, concerns
from regulation.suggestions import FROM_POST, StepRule, SuggestionRules
from storage.store import Store, Transaction

REGISTER = "register_suggestion"
"""The act of taking in a suggestion, as permissions.yaml and the audit name it."""

ACTS: Mapping[Did, str] = MappingProxyType(
    {
        Did.REGISTERED: REGISTER,
        Did.TRANSFERRED: "transfer_suggestion",
        Did.URGED: "urge_suggestion",
        Did.ADOPTED: "answer_suggestion",
        Did.EXPLAINED: "answer_suggestion",
        Did.CARRIED_OUT: "carry_out_suggestion",
        Did.FED_BACK: "feed_back_suggestion",
        Did.IMPORTANT: "report_suggestion",
        Did.SUBMITTED: "report_suggestion",
        Did.INSTRUCTED: "report_suggestion",
        Did.FINISHED: "finish_suggestion",
        Did.VOID: "take_back_suggestion",
    }
)
"""The act of each step, as permissions.yaml and the audit name it."""

LONGEST = 4000
"""No text of the ledger is longer."""

_DAY = timedelta(days=1)

Mask = Callable[[str], str]
"""Cleans and masks: nlp.admission.without_personal_data."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What acts on suggestions need besides the store."""

    rules: SuggestionRules
    mask: Mask
    routes: Routes


@dataclass(frozen=True, slots=True)
class Incoming:
    """A suggestion as it comes in; its text is not masked yet. `origin` is the fingerprint of what it was taken from."""

    text: str
    way: str
    received_at: datetime
    record: str | None = None
    unit: str | None = None
    origin: str | None = None


def register(
    store: Store, incoming: Incoming, actor: Actor, at: datetime, handling: Handling, request: str | None = None
) -> str:
    """Take a suggestion in; its number. The same request again changes nothing. Raises Refused."""
    with attempting(store, actor, REGISTER, incoming.record or "", at) as t:
        t.suggestions.take_turn()
        if request is not None and (done := done_before(t, request)) is not None:
            return done
        number = take_in(t, incoming, actor, at, handling)
        if request is not None:
            note_done(t, request, number)
    return number


def register_post(store: Store, post_id: str, actor: Actor, at: datetime, handling: Handling) -> str:
    """Take in the masked text of a post that a person chose, with its record; its number. A second time changes nothing.

    Raises Refused.
    """
    with attempting(store, actor, REGISTER, post_id, at) as t:
        t.suggestions.take_turn()
        origin = origin_of_post(post_id)
        known = t.suggestions.by_origin([origin]).get(origin)
        if known is not None:
            return known
        post, read = t.posts.get(post_id), t.assessments.get(post_id)
        if post is None or post.text == REDACTED_TEXT:
            raise Refused("这条帖文已不在库里，或文字已遮盖，不能记为意见建议")
        text = f"{post.title}\n{post.text}" if post.title else post.text
        record = None if read is None else read.disclosure
        return take_in(t, Incoming(text, FROM_POST, post.seen_at, record, None, origin), actor, at, handling)


def take_in(t: Transaction, incoming: Incoming, actor: Actor, at: datetime, handling: Handling) -> str:
    """Write a suggestion and its registration in a transaction that has its turn; its number. Raises Refused."""
    made = _checked(t, incoming, actor, at, handling)
    t.suggestions.add(made)
    rule = handling.rules.step(Did.REGISTERED)
    t.suggestions.note(_with_due(t, SuggestionEntry(made.id, Did.REGISTERED, at, actor.name), rule))
    facts = {"way": made.way, "record": made.record, "unit": made.unit}
    t.audit.append(at, actor.name, actor.role, REGISTER, made.id, True, facts)
    return made.id


def note(store: Store, meant: Meant, did: Did, said: Said, handling: Handling) -> None:
    """Note one step of a suggestion, and tell whom it concerns. Raises Refused where it may not be noted now."""
    rule = handling.rules.step(did)
    with attempting(store, meant.actor, ACTS[did], meant.subject, meant.at) as t:
        course = _begin(t, meant, did)
        if course is None:
            return
        meaning = replace(said, text=masked(said.text, handling.mask))
        told = refusal(course, rule) or _fault(t, rule, meaning, course, meant.at, handling.rules)
        if told is not None:
            raise Refused(told)
        entry = _with_due(t, _entry(meant, did, meaning), rule)
        if said.due_on is not None:
            entry = replace(entry, due_at=datetime.combine(said.due_on + _DAY, time(), CHINA))
        _keep(t, meant, entry)
        _tell(t, meant, entry, course, handling.routes)


def take_back(store: Store, meant: Meant, entry_id: int, reason: str | None, handling: Handling) -> None:
    """Take a mistaken entry back: it stays and counts no more. Raises Refused."""
    with attempting(store, meant.actor, ACTS[Did.VOID], meant.subject, meant.at) as t:
        course = _begin(t, meant, Did.VOID)
        if course is None:
            return
        rule, said = handling.rules.step(Did.VOID), Said(text=masked(reason, handling.mask))
        lacking = missing(rule, said)
        told = refusal(course, rule) or (f"请填写{lacking}" if lacking else None)
        if told is not None:
            raise Refused(told)
        if entry_id not in [one.id for one in may_be_taken_back(course)]:
            raise Refused("这一条现在不能作废：已办结的先作废办结，登记要等其余各条都作废后才能作废")
        _keep(t, meant, replace(_entry(meant, Did.VOID, said), of=entry_id))


def redact(store: Store, meant: Meant, reason: str | None) -> None:
    """Take away the words of a suggestion, and of what was noted of it, in which the masking missed something personal.

    Raises Refused.
    """
    with attempting(store, meant.actor, "redact", meant.subject, meant.at) as t:
        if not (reason or "").strip():
            raise Refused("请写明遮盖的理由（不要写出要遮盖的内容）")
        if meant.actor.role is not None and not allowed(meant.actor.role, "redact"):
            raise Refused(f"您没有权限遮盖：请联系{office_name()}或管理员")
        if t.suggestions.get(meant.subject) is None:
            raise Refused(f"没有编号为“{meant.subject[:40]}”的意见建议")
        t.suggestions.redact([meant.subject])
        t.audit.append(meant.at, meant.actor.name, meant.actor.role, "redact", meant.subject, True, {"reason": reason})


def masked(text: str | None, mask: Mask) -> str | None:
    """The text as it may be stored; None where nothing is left of it. Raises Refused where it is too long."""
    if text is not None and len(text) > LONGEST:
        raise Refused(f"文字过长：最多 {LONGEST} 个字")
    return (mask(text).strip() or None) if text is not None else None


def _checked(t: Transaction, incoming: Incoming, actor: Actor, at: datetime, handling: Handling) -> Suggestion:
    """The suggestion as it may be stored. Raises Refused."""
    if handling.rules.way(incoming.way) is None:
        raise Refused(f"没有“{incoming.way[:40]}”这种来源：可用 {'、'.join(one.label for one in handling.rules.ways)}")
    if incoming.received_at > at:
        raise Refused("收到时间不能晚于现在")
    text = masked(incoming.text, handling.mask)
    if text is None:
        raise Refused("请填写意见建议内容")
    record = None if incoming.record is None else t.disclosures.get(incoming.record)
    if incoming.record is not None and record is None:
        raise Refused(f"没有编号为“{incoming.record[:60]}”的公开事项")
    unit = _unit(t, incoming.unit, None if record is None else record.unit, actor)
    number = _next_number(t, at)
    return Suggestion(number, text, incoming.way, incoming.received_at, incoming.record, unit, incoming.origin)


def _unit(t: Transaction, named: str | None, responsible: str | None, actor: Actor) -> str | None:
    """Whose matter it is: the unit named, else that of the record; a unit takes in its own. Raises Refused."""
    if actor.role is None or allowed(actor.role, REGISTER, own=False):
        if named is not None:
            require_known(t, named)
        return named or responsible
    if actor.unit is None or not allowed(actor.role, REGISTER, own=True):
        raise Refused(f"您没有权限登记意见建议：请联系{office_name()}")
    if not concerns(actor.unit, named or actor.unit):
        raise Refused(f"只能登记由本单位办理的意见建议；该由别的单位办理的，登记后请{office_name()}转办")
    return actor.unit


def _next_number(t: Transaction, at: datetime) -> str:
    year = at.astimezone(CHINA).year
    return f"{year}-{t.suggestions.last_number(year) + 1:05d}"


def _begin(t: Transaction, meant: Meant, did: Did) -> Course | None:
    """How the suggestion has gone, nobody else changing it; None where this request was carried out. Raises Refused."""
    t.suggestions.take_turn()
    if meant.request is not None and done_before(t, meant.request) is not None:
        return None
    course = courses_of(t, [meant.subject]).get(meant.subject)
    if course is None:
        raise Refused(f"没有编号为“{meant.subject[:40]}”的意见建议")
    role = meant.actor.role
    if role is not None and not allowed(role, ACTS[did], own=concerns(meant.actor.unit, course.unit)):
        raise Refused(f"您没有权限做这一步：转办、催办和办结由{office_name()}办理，其余由承办单位或{office_name()}办理")
    return course


def _fault(
    t: Transaction, rule: StepRule, said: Said, course: Course, at: datetime, rules: SuggestionRules
) -> str | None:
    """What is wrong with what was said. Raises Refused for a unit that the desk does not know."""
    lacking = missing(rule, said)
    if lacking is not None:
        return f"请填写{lacking}"
    if said.way is not None and rules.feedback_way(said.way) is None:
        return f"没有“{said.way[:40]}”这种方式：可用 {'、'.join(one.label for one in rules.feedback_ways)}"
    if said.happened_at is not None and said.happened_at > at:
        return "时间不能晚于现在：请填写实际的时间"
    if said.due_on is not None and said.due_on < at.astimezone(CHINA).date():
        return "完成时间不能早于今天"
    if said.unit is not None:
        require_known(t, said.unit)
        if said.unit == course.unit:
            return f"已经由“{said.unit}”办理，不需要转办"
    return None


def _with_due(t: Transaction, entry: SuggestionEntry, rule: StepRule) -> SuggestionEntry:
    """The entry with the moment until which what comes next is due, counted now and kept with how it was counted."""
    if rule.days is None:
        return entry
    count = working_days(t).after(entry.at.astimezone(CHINA).date(), rule.days)
    return replace(entry, due_at=count.due_at, counted="\n".join(count.explained()))


def _entry(meant: Meant, did: Did, said: Said) -> SuggestionEntry:
    return SuggestionEntry(
        suggestion=meant.subject,
        did=did,
        at=meant.at,
        actor=meant.actor.name,
        text=said.text,
        unit=said.unit,
        way=said.way,
        happened_at=said.happened_at,
    )


def _keep(t: Transaction, meant: Meant, entry: SuggestionEntry) -> None:
    kept = t.suggestions.note(entry)
    if meant.request is not None:
        note_done(t, meant.request, meant.subject)
    named = {"entry": kept.id, "unit": entry.unit, "way": entry.way, "of": entry.of}
    facts = {"did": entry.did.value, **{key: value for key, value in named.items() if value is not None}}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, ACTS[entry.did], meant.subject, True, facts)


def _tell(t: Transaction, meant: Meant, entry: SuggestionEntry, course: Course, routes: Routes) -> None:
    by = {"by": meant.actor.name}
    if entry.did is Did.TRANSFERRED:
        facts = {**by, "due": until(entry.due_at)}
        tell(t, SUGGESTION_TRANSFERRED, course.suggestion, entry.unit, meant.at, _distinct(course), facts, routes)
    if entry.did is Did.URGED:
        facts = {**by, "count": str(course.urged + 1), **waited_for(course.waits[0])}
        tell(t, SUGGESTION_URGED, course.suggestion, course.unit, meant.at, _distinct(course), facts, routes)
    if entry.did is Did.INSTRUCTED:
        tell(t, SUGGESTION_INSTRUCTED, course.suggestion, course.unit, meant.at, _distinct(course), by, routes)


def _distinct(course: Course) -> str:
    """What tells the alert of the next entry from that of any other: entries are only ever added."""
    return str(len(course.entries))
