"""Fills in the half-yearly inspection (第五十至五十二条): begins sheets, counts, scores, findings; each one audited entry.

What the office looks at is open while no signed paper tells it to the unit, or while one that takes its place is being written;
what a unit looks at itself, until it hands it in. Nothing is ever changed: a mistake is struck with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from casework.inspection.sheet import STRIKABLE, CheckScore, Marked, fault_in_score, marked
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.inspection_courses import Window
from pipeline.inspection_figures import counted
from pipeline.masking import Mask
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.units import known_units
from records.inspections import Counted, Sheet, SheetEntry, SheetKind, SheetNoted
from records.naming import office_name
from records.papers import About, PaperKind
from records.zone import CHINA
from regulation.disclosure_time import DisclosureTime
from regulation.inspection import InspectionRules, half_year_of, inspection_rules_from
from regulation.periods import Span
from regulation.permissions import allowed, concerns
from storage.store import Store, Transaction

VIEW, FILL, DRAFT, ONESELF = "view_inspections", "fill_inspection", "draft_inspection", "inspect_oneself"
"""The acts as permissions.yaml and the audit name them."""

TOLD = "反馈文稿已签发，检查表不能再改；确有错误的，请先在文稿上“更正”"
"""Why nothing can be noted on a sheet of which a signed paper tells the unit."""

LONGEST = 1000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Inspecting:
    """What inspections need besides the store. `above` are the bodies told upward, which are no units."""

    rules: InspectionRules
    limits: DisclosureTime
    mask: Mask
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person says of one check: points, words, and what shows it."""

    points: float | None = None
    text: str | None = None
    evidence: str | None = None


def begin(
    store: Store,
    kind: SheetKind,
    units: Sequence[str],
    day: date,
    actor: Actor,
    at: datetime,
    office: Inspecting,
    request: str | None = None,
) -> int:
    """Begin the sheets of these units for the half-year in which `day` lies, and count; how many were new. Raises Refused."""
    span, act = half_year_of(day), _act(kind)
    with attempting(store, actor, act, f"{'、'.join(units)} {span.label}", at) as t:
        if request is not None and (done := done_before(t, request)) is not None:
            return int(done)
        _may_begin(t, kind, units, span, actor, at, office)
    begun = sum(
        _begin_one(store, Sheet(0, kind, unit, span.first, span.last, {}, at, actor.name), actor, office)
        for unit in units
    )
    if request is not None:
        with store.transaction() as t:
            note_done(t, request, str(begun))
    return begun


def _may_begin(
    t: Transaction, kind: SheetKind, units: Sequence[str], span: Span, actor: Actor, at: datetime, office: Inspecting
) -> None:
    if span.first > at.astimezone(CHINA).date():
        raise Refused(f"{span.label}还没有开始，不能检查")
    known = known_units(t, office.above)
    for unit in units:
        _require(actor, kind, unit)
        if unit not in known:
            raise Refused(f"没有“{unit[:40]}”这个单位：公开事项、账户和联系方式里都没有")


def _begin_one(store: Store, blank: Sheet, actor: Actor, office: Inspecting) -> bool:
    """Begin one sheet, unless it was begun. Counting takes seconds, so that nobody who writes waits for it."""
    with store.reading() as t:
        if t.inspections.find(blank.kind, blank.unit, blank.first) is not None:
            return False
        figures = counted(t, window(blank, blank.begun_at), office.limits)
    with store.transaction() as t:
        t.inspections.take_turn()
        if t.inspections.find(blank.kind, blank.unit, blank.first) is not None:
            return False
        sheet = t.inspections.begin(replace(blank, rules=office.rules.model_dump(mode="json")))
        _audit(t, actor, _act(sheet.kind), sheet, sheet.begun_at, {"begun": sheet.first.isoformat()})
        _count(t, sheet, actor, sheet.begun_at, figures)
    return True


def recount(store: Store, meant: Meant, office: Inspecting) -> None:
    """Count the figures of a sheet anew; what a person gave stays. Raises Refused."""
    with store.reading() as t:
        sheet = known(t, meant.subject)
        may = _permitted(meant.actor, sheet.kind, sheet.unit)
        figures = counted(t, window(sheet, meant.at), office.limits) if may else ()

    def counting(t: Transaction, sheet: Sheet, now: Marked) -> None:
        _count(t, sheet, meant.actor, meant.at, figures)

    _write(store, meant, counting)


def score(store: Store, meant: Meant, check: str, noted: SheetNoted, said: Remark, office: Inspecting) -> None:
    """Give points for what only a person judges, or others in the place of what was counted. Raises Refused."""

    def scoring(t: Transaction, sheet: Sheet, now: Marked) -> None:
        scored, told = _check(now, check), _masked(t, said, office)
        if (fault := fault_in_score(scored, noted, told.points, told.text, rules_of(sheet).formula)) is not None:
            raise Refused(fault)
        _keep(t, meant, sheet, SheetEntry(sheet.id, noted, meant.at, meant.actor.name, check, told.points, told.text))

    _write(store, meant, scoring)


def find(store: Store, meant: Meant, check: str, said: Remark, office: Inspecting) -> None:
    """Note what is wrong by one check, and what shows it. Raises Refused."""

    def finding(t: Transaction, sheet: Sheet, now: Marked) -> None:
        _check(now, check)
        told, by = _masked(t, said, office), meant.actor.name
        if not told.text:
            raise Refused("请写明检查出的问题")
        found = SheetEntry(sheet.id, SheetNoted.FOUND, meant.at, by, check, None, told.text, told.evidence)
        _keep(t, meant, sheet, found)

    _write(store, meant, finding)


def strike(store: Store, meant: Meant, entry_id: int, reason: str | None, office: Inspecting) -> None:
    """Strike points or a finding: the entry stays and counts no more. Raises Refused."""

    def striking(t: Transaction, sheet: Sheet, now: Marked) -> None:
        why, by = masked(t, reason, office.mask), meant.actor.name
        struck = next((one for one in t.inspections.entries([sheet.id])[sheet.id] if one.id == entry_id), None)
        if struck is None or struck.noted not in STRIKABLE:
            raise Refused("没有这一条，或它不能撤销：请刷新页面再看")
        if entry_id in now.struck:
            raise Refused("这一条刚才已经撤销过：请刷新页面再看")
        if not why:
            raise Refused("请写明撤销的理由")
        entry = SheetEntry(sheet.id, SheetNoted.STRUCK, meant.at, by, struck.check, text=why, of=entry_id)
        _keep(t, meant, sheet, entry)

    _write(store, meant, striking)


def hand_in(store: Store, meant: Meant) -> None:
    """Hand a unit's own sheet in; it never changes again (第五十二条). Raises Refused."""

    def handing_in(t: Transaction, sheet: Sheet, now: Marked) -> None:
        if sheet.kind is not SheetKind.SELF:
            raise Refused("督导检查表由办公室签发反馈文稿，不用提交")
        require_whole(now)
        _keep(t, meant, sheet, SheetEntry(sheet.id, SheetNoted.HANDED_IN, meant.at, meant.actor.name))

    _write(store, meant, handing_in)


def about(sheet: Sheet) -> About:
    """What the paper on an office's sheet is about."""
    return About(first=sheet.first, last=sheet.last, unit=sheet.unit)


def closed(t: Transaction, sheet: Sheet, now: Marked) -> str | None:
    """Why nothing can be noted on the sheet any more; None while something can."""
    if sheet.kind is SheetKind.SELF:
        return None if now.handed_in is None else "自查表已提交，不能再改"
    if not told_at(t, [sheet]) or t.papers.draft_of(PaperKind.INSPECTION, about(sheet)) is not None:
        return None
    return TOLD


def told_at(t: Transaction, sheets: Sequence[Sheet]) -> dict[int, datetime]:
    """When the paper was signed that tells the unit of each of these sheets of the office, by number; without those untold."""
    offices = [one for one in sheets if one.kind is SheetKind.OFFICE]
    signed = t.papers.signed_times(PaperKind.INSPECTION, {one.first for one in offices}) if offices else {}
    return {one.id: signed[about(one)] for one in offices if about(one) in signed}


def entries_of(
    t: Transaction, sheets: Sequence[Sheet], until: Mapping[int, datetime] = MappingProxyType({})
) -> dict[int, list[SheetEntry]]:
    """The entries of these sheets, oldest first, by sheet; with `until` of a sheet none after that."""
    found = t.inspections.entries([one.id for one in sheets])
    return {
        sheet: [one for one in entries if sheet not in until or one.at <= until[sheet]]
        for sheet, entries in found.items()
    }


def as_marked(
    t: Transaction, sheets: Sequence[Sheet], until: Mapping[int, datetime] = MappingProxyType({})
) -> dict[int, Marked]:
    """These sheets as they stand, or stood `until` then, each by the rules with which it was begun."""
    entries = entries_of(t, sheets, until)
    return {one.id: marked(rules_of(one), entries[one.id]) for one in sheets}


def rules_of(sheet: Sheet) -> InspectionRules:
    """The rules with which a sheet was begun."""
    return inspection_rules_from(sheet.rules, f"检查表 {sheet.id}")


def require_whole(now: Marked) -> None:
    """Raise Refused where a person still has to give points."""
    if now.missing:
        numbers = "、".join(f"（{one.rule.number}）" for one in now.missing)
        raise Refused(f"还有没评分的项：{numbers}。请先评分")


def known(t: Transaction, sheet_id: str) -> Sheet:
    """The sheet of that number. Raises Refused."""
    found = t.inspections.get(int(sheet_id)) if sheet_id.isdecimal() and len(sheet_id) < 19 else None
    if found is None:
        raise Refused(f"没有编号为“{sheet_id[:20]}”的检查表")
    return found


def window(sheet: Sheet, now: datetime) -> Window:
    """What a sheet counts: from the midnight in China of its first day to that after its last."""
    since = datetime.combine(sheet.first, time(), CHINA)
    return Window(sheet.unit, since, datetime.combine(sheet.last + _DAY, time(), CHINA), now)


def masked(t: Transaction, text: str | None, mask: Mask) -> str | None:
    """What somebody writes as it may be kept: without personal data but the names of those who have an account.

    None where nothing is left. Raises Refused where it is too long.
    """
    if text is None or not text.strip():
        return None
    if len(text) > LONGEST:
        raise Refused(f"文字过长：最多 {LONGEST} 个字")
    return mask(text, {one.name for one in t.people.all()}).strip() or None


def _count(t: Transaction, sheet: Sheet, actor: Actor, at: datetime, figures: tuple[Counted, ...]) -> None:
    t.inspections.note(SheetEntry(sheet.id, SheetNoted.COUNTED, at, actor.name, figures=figures))
    _audit(t, actor, _act(sheet.kind), sheet, at, {"counted": sum(len(one.cases) for one in figures)})


def _write(store: Store, meant: Meant, work: Callable[[Transaction, Sheet, Marked], None]) -> None:
    """Let `work` write on the sheet in a transaction of its own; the same request again changes nothing. Raises Refused."""
    with store.reading() as t:
        kind = known(t, meant.subject).kind
    with attempting(store, meant.actor, _act(kind), f"sheet:{meant.subject}", meant.at) as t:
        t.inspections.take_turn()
        sheet = known(t, meant.subject)
        _require(meant.actor, sheet.kind, sheet.unit)
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        now = as_marked(t, [sheet])[sheet.id]
        if (why := closed(t, sheet, now)) is not None:
            raise Refused(why)
        work(t, sheet, now)
        if meant.request is not None:
            note_done(t, meant.request, meant.subject)


def _act(kind: SheetKind) -> str:
    return FILL if kind is SheetKind.OFFICE else ONESELF


def _permitted(actor: Actor, kind: SheetKind, unit: str) -> bool:
    return actor.role is None or allowed(actor.role, _act(kind), own=concerns(actor.unit, unit))


def _require(actor: Actor, kind: SheetKind, unit: str) -> None:
    if _permitted(actor, kind, unit):
        return
    whose = f"督导检查表由{office_name()}填写" if kind is SheetKind.OFFICE else "自查表由本单位填写"
    raise Refused(f"您没有权限：{whose}")


def _check(now: Marked, name: str) -> CheckScore:
    found = next((one for one in now.checks if one.rule.check == name), None)
    if found is None:
        raise Refused(f"没有“{name[:30]}”这一项")
    return found


def _masked(t: Transaction, said: Remark, office: Inspecting) -> Remark:
    return Remark(said.points, masked(t, said.text, office.mask), masked(t, said.evidence, office.mask))


def _keep(t: Transaction, meant: Meant, sheet: Sheet, entry: SheetEntry) -> None:
    kept = t.inspections.note(entry)
    named: Iterable[tuple[str, object]] = (
        ("entry", kept.id),
        ("check", entry.check),
        ("points", entry.points),
        ("of", entry.of),
    )
    facts = {"noted": entry.noted.value, **{key: value for key, value in named if value is not None}}
    _audit(t, meant.actor, _act(sheet.kind), sheet, meant.at, facts)


def _audit(t: Transaction, actor: Actor, act: str, sheet: Sheet, at: datetime, facts: dict[str, object]) -> None:
    detail = {"unit": sheet.unit, "first": sheet.first.isoformat(), **facts}
    t.audit.append(at, actor.name, actor.role, act, f"sheet:{sheet.id}", True, detail)
