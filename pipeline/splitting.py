"""Splits an incident (拆分): chosen posts of it become an incident of their own; what is left keeps its clocks and severity."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from casework.incidents.moves import categorised, opened, title_of
from casework.incidents.regrouping import gravest_step, together, with_copies
from pipeline import regrouping
from pipeline.attempts import attempting, done_before, note_done
from pipeline.carrying import copied_over
from pipeline.correcting import check_permission as check_may_correct
from pipeline.correcting import correct_links
from pipeline.meant import Meant
from pipeline.notify import tell
from pipeline.owing import OPENING, begin
from pipeline.refusals import Refused
from pipeline.regrouping import (
    SPLIT,
    Regrouping,
    audited,
    gathering_now,
    needed_reason,
    ongoing,
    record_to_link,
    united,
)
from pipeline.unacknowledged import await_acknowledgement, followed_up
from pipeline.units import require_known
from records.disclosures import Disclosure
from records.incidents import Incident, Member, SeverityChange
from records.words import Severity
from regulation.severity import PERSON, SeverityRules
from storage.incidents import Stale
from storage.store import Store, Transaction

_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken out: these posts with their copies, and which record they are about (None: about none, then they need a
    `title`). The `unit` answers for it: without one that of the record, or of the incident where the record is the same."""

    posts: Collection[str]
    disclosure: str | None
    reason: str | None
    title: str | None = None
    unit: str | None = None


def split(store: Store, meant: Meant, part: Part, how: Regrouping) -> str:
    """Make the part an incident of its own; its number. A request that was carried out before changes nothing. Raises Refused."""
    with attempting(store, meant.actor, SPLIT, meant.subject, meant.at) as t:
        regrouping.check_permission(meant.actor, SPLIT)
        t.incidents.take_turn()
        if meant.request is not None and (done := done_before(t, meant.request)) is not None:
            return done
        source = ongoing(t, meant.subject, meant.seen)
        part = replace(part, reason=needed_reason(part.reason, "拆分的理由"))
        moved = _moved(t, source, part)
        record = record_to_link(t, meant.actor, part.disclosure)
        if part.disclosure != source.disclosure:
            check_may_correct(meant.actor)
        try:
            made = _split(t, source, record, moved, part, meant, how)
        except Stale as fault:
            raise Refused(str(fault)) from None
        if meant.request is not None:
            note_done(t, meant.request, made.id)
        return made.id


def _moved(t: Transaction, source: Incident, part: Part) -> list[Member]:
    """The posts that go. Raises Refused where they are none, all, or no longer there."""
    members = t.incidents.members(source.id)
    if not part.posts:
        raise Refused("请选择要拆出的帖文")
    if not {one.post_id for one in members}.issuperset(part.posts):
        raise Refused("选中的帖文有的已不在本事件，请刷新后再选")
    moved = with_copies(part.posts, members)
    if len(moved) == len(members):
        raise Refused("不能拆出全部帖文：说的是另一事项请改关联，不需处置请排除")
    return moved


def _split(
    t: Transaction,
    source: Incident,
    record: Disclosure | None,
    moved: Sequence[Member],
    part: Part,
    meant: Meant,
    how: Regrouping,
) -> Incident:
    made = _opened(t, source, record, moved, part, meant, how)
    _left(t, source, moved, meant)
    why = f"由 {source.id} 拆出：{part.reason}"
    tell(
        t,
        "opened",
        made,
        meant.at,
        "opened",
        how.routes,
        {"why": why, "by": meant.actor.name, "posts": f"{len(moved)}条"},
    )
    await_acknowledgement(t, made, meant.at, meant.actor.name, how.escalation)
    begins = {one.duty for one in how.owed.limits if one.begins(OPENING, made.severity)}
    copied_over(t, source, made, begins, meant.at)
    begin(t, made, OPENING, meant.at, meant.actor.name, how.owed, how.routes)
    followed_up(t, source.id, meant.at, meant.actor.name)
    taught = 0
    if part.disclosure != source.disclosure:
        taught = correct_links(t, [one.post_id for one in moved], part.disclosure, why, meant)
    facts = {"reason": part.reason, "posts": len(moved), "corrected": taught}
    audited(t, meant, SPLIT, source.id, {**facts, "new": made.id})
    audited(t, meant, SPLIT, made.id, {**facts, "from": source.id, "severity": made.severity.value})
    return made


def _opened(
    t: Transaction,
    source: Incident,
    record: Disclosure | None,
    moved: Sequence[Member],
    part: Part,
    meant: Meant,
    how: Regrouping,
) -> Incident:
    """The new incident on a gathering of its own, with what gathers on another record already."""
    rules = how.in_force(t)
    same = part.disclosure == source.disclosure
    present = None if same else gathering_now(t, part.disclosure, meant.at, rules)
    gathering = t.incidents.start_gathering(part.disclosure, meant.at, branch=same)
    t.incidents.regroup(gathering.id, moved)
    members = united(t, gathering.id, *(() if present is None else (present.id,)))
    severity, change = _severity(members, rules.of(t, part.disclosure, meant.at), meant)
    figures = together(members)
    made = opened(
        t.incidents.next_id(meant.at),
        disclosure=part.disclosure,
        title=_title(source, record, part),
        unit=_unit(t, source, record, part),
        severity=severity,
        category=figures.leading_category(None),
        at=meant.at,
        first_post_at=figures.first_post_at,
        gathering=gathering.number,
    )
    made = replace(made, split_from=source.id)
    t.incidents.open(made, gathering.id, change)
    return made


def _severity(members: Sequence[Member], rules: SeverityRules, meant: Meant) -> tuple[Severity, SeverityChange]:
    """How grave the posts are by the rules, at least general: a person says that they are a matter of their own."""
    rule = gravest_step(members, rules, Severity.GENERAL)
    if rule is None:
        return Severity.GENERAL, SeverityChange(meant.at, Severity.GENERAL, PERSON, meant.actor.name, "拆出")
    return rule.severity, SeverityChange(meant.at, rule.severity, rule.name, reason=f"拆出：{rule.wording}")


def _left(t: Transaction, source: Incident, moved: Sequence[Member], meant: Meant) -> None:
    """The source without the posts: its severity stays what it is, and so do its clocks."""
    gathering = t.incidents.gathering_of(source.id).id
    gone = {one.post_id for one in moved}
    left = together(one for one in t.incidents.members_of(gathering) if one.post_id not in gone)
    t.incidents.regroup(gathering, left.members)
    changed = categorised(source, left.leading_category(source.category))
    t.incidents.save(replace(changed, first_post_at=left.first_post_at), source.revision)


def _title(source: Incident, record: Disclosure | None, part: Part) -> str:
    given = (part.title or "").strip()
    if record is None and not given:
        raise Refused("没有关联公开事项的，请填写新事件的名称")
    if len(given) > _LONGEST_TITLE:
        raise Refused(f"事件名称过长：最多 {_LONGEST_TITLE} 个字")
    if record is None:
        return given
    return f"{title_of(record)}（{source.id} 拆出）" if record.id == source.disclosure else title_of(record)


def _unit(t: Transaction, source: Incident, record: Disclosure | None, part: Part) -> str | None:
    if part.unit is not None:
        require_known(t, part.unit)
        return part.unit
    return source.unit if record is None or record.id == source.disclosure else record.unit
