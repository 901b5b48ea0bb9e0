"""Says what the approval form (H 附件1) holds of a proposal, cell by cell: its form, and the signatures as far as they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from casework.disclosures.interpreting import plan_of, without_interpretation
from casework.disclosures.procedure import End, Given, Standing
from records.proposals import Form, Noted, ProposalEntry
from records.shipped_files import content_of
from records.words import Attribute, Manner, Purpose, TimeKind
from records.zone import CHINA
from regulation.procedures import PUBLISH, Procedure

COLUMNS = 12
"""Into so many parts the table is cut beside its labels."""

UNSIGNED = "未签署"

_FILE = Path(__file__).with_name("approval_form.yaml")
_BLANK_DATE = "　　年　月　日"


@dataclass(frozen=True, slots=True)
class Approval:
    """What is printed: whose form it is, the proposal's number, its course and where it stands."""

    organisation: str
    number: str
    procedure: Procedure
    standing: Standing
    entries: Sequence[ProposalEntry]


@dataclass(frozen=True, slots=True)
class Cell:
    """So many columns with these lines."""

    columns: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A label and the cells beside it, together COLUMNS wide."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form filled in; `notes` stand below the table, `appended` are the texts in full under their headings."""

    title: str
    unit: str
    filled_on: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    appended: tuple[tuple[str, str], ...]


@cache
def look() -> Mapping[str, Any]:
    """approval_form.yaml as it stands."""
    content: Mapping[str, Any] = content_of(_FILE)
    return content


def sheet_of(approval: Approval) -> Sheet:
    """The form as it is printed. Raises ValueError where nothing has been filled in."""
    form = approval.standing.form
    if form is None:
        raise ValueError("审批表还没有填写")
    name = approval.organisation
    return Sheet(
        title=f"{name if name.startswith('中共') else f'中共{name}'}党务公开事项审批表",
        unit=f"部门：{_units(form)}",
        filled_on=f"填表日期：{_BLANK_DATE if form.filled_on is None else _day(form.filled_on)}",
        rows=(*_form_rows(form, approval), *_opinion_rows(form, approval)),
        notes=tuple(_notes(form, approval)),
        appended=tuple(_appended(form)),
    )


def _units(form: Form) -> str:
    """Who proposes; of a joint document the unit that leads, then those that issue it with it (第六条)."""
    return "、".join((f"{form.unit}（牵头）", *form.co_units)) if form.joint else form.unit


def _form_rows(form: Form, approval: Approval) -> Iterator[Row]:
    yield _row("公开内容", _content(form))
    yield _row("公开时间", _times(form, approval))
    yield _boxes("公开要求", {_time_label(kind, form): kind is form.time_kind for kind in TimeKind})
    yield _boxes("公开方式", {manner.label: manner in form.manners for manner in Manner})
    yield _row("公开范围", _audience(form))
    groups = _platform_lines(form)
    yield Row("公开平台", tuple(Cell(COLUMNS // len(groups), lines) for lines in groups))


def _content(form: Form) -> list[str]:
    lines = [form.title if form.doc_number is None else f"{form.title}（{form.doc_number}）"]
    if form.purpose is not Purpose.NEW:
        lines.append(f"{form.purpose.label}已公开事项 {form.record or ''}".rstrip())
    if next(_appended(form), None) is not None:
        lines.append("（全文附后）")
    return lines


def _times(form: Form, approval: Approval) -> list[str]:
    published = approval.standing.published
    extended = [entry.until for entry in approval.entries if entry.noted is Noted.EXTENDED and entry.until is not None]
    return [
        *([] if form.decided_on is None else [f"事项确定：{_day(form.decided_on)}"]),
        *([] if form.ends_on is None else [f"工作完成：{_day(form.ends_on)}"]),
        *([] if form.planned_on is None else [f"计划公开：{_day(form.planned_on)}"]),
        *([f"批准延期至：{_day(extended[-1])}"] if extended else []),
        *([] if published is None else [f"实际公开：{_day(_local(published.at))}"]),
    ] or [_BLANK_DATE]


def _time_label(kind: TimeKind, form: Form) -> str:
    told = kind is TimeKind.REGULAR and form.time_kind is kind and form.period is not None
    return f"{kind.label}（{form.period.label}）" if told and form.period is not None else kind.label


def _audience(form: Form) -> list[str]:
    return [*_present(form.audience and form.audience.label), *_present(form.audience_note)]


def _platform_lines(form: Form) -> list[tuple[str, ...]]:
    """The three groups; what was chosen is ticked, and told where the box does not say it."""
    groups = look()["platforms"]
    told: dict[str, list[str]] = {}
    others: list[str] = []
    for platform in form.platforms:
        boxes, written = _chosen(platform)
        for box in boxes:
            told.setdefault(box, []).extend(_present(written))
        others += [] if boxes else [written]
    last = 0 if form.manners == (Manner.PARTY,) else len(groups) - 1
    return [
        (
            *(
                _box(f"{box}（{'、'.join(told[box])}）" if told.get(box) else box, box in told)
                for box in group["boxes"]
            ),
            *(_blank(name, told.get(name)) for name in _present(group.get("noted"))),
            *(_blank(name, (others or None) if number == last else None) for name in _present(group.get("other"))),
        )
        for number, group in enumerate(groups)
    ]


def _chosen(platform: str) -> tuple[tuple[str, ...], str]:
    """The boxes of a platform, none where it has none, and what they do not say of it."""
    written = platform.strip().replace(":", "：")
    name, _, said = written.partition("：")
    for group in look()["platforms"]:
        if name in (*group["boxes"], group.get("noted")):
            return (name,), said
        if name == group.get("other"):
            return (), said
    return tuple(box for box, words in look()["also"].items() if any(word in name for word in words)), written


def _blank(name: str, told: Sequence[str] | None) -> str:
    """A line to be filled in: empty, with what was told, or only ticked."""
    return f"{name}：＿＿＿＿" if told is None else f"{name}：{'、'.join(told) or '☑'}"


def _opinion_rows(form: Form, approval: Approval) -> Iterator[Row]:
    for opinion in look()["opinions"]:
        lines = [line for name in opinion["signs"] for line in _signed_lines(name, form, approval, opinion)]
        if opinion.get("reason"):
            reasons = tuple(_reasons(opinion["signs"], form, approval))
            half = COLUMNS // 2
            yield Row(opinion["label"], (Cell(half, tuple(lines)), Cell(half, reasons)))
        else:
            yield _row(opinion["label"], lines)


def _signed_lines(name: str, form: Form, approval: Approval, opinion: Mapping[str, Any]) -> Iterator[str]:
    """Who gave a signature and when; what was decided; that it is still missing, or not asked for."""
    sign = approval.procedure.sign(name)
    if sign is None:
        return
    several = len(opinion["signs"]) > 1
    label = f"{sign.label}：" if several else ""
    entry = next((entry for given, entry in approval.standing.held.items() if given.sign.sign == name), None)
    if entry is None:
        needed = sign.when != "important" or form.important
        yield f"{label}{UNSIGNED}" if needed else f"{label}不是重要信息，不需签署"
        yield from () if several or not needed else (_BLANK_DATE,)
        return
    if several:
        yield f"{label}{entry.actor}"
        yield f"　　{_day(_local(entry.at))}"
        return
    yield _decision(name, form, entry)
    if not opinion.get("reason"):
        yield from _present(entry.reason)
    yield f"{entry.actor}　{_day(_local(entry.at))}"


def _decision(name: str, form: Form, entry: ProposalEntry) -> str:
    if name == "propose":
        return form.attribute.label if form.attribute is not None else ""
    if entry.attribute is not None and entry.attribute is not form.attribute:
        return f"改为{entry.attribute.label}"
    return "同意" if form.attribute is not Attribute.WITHHELD else "同意不予公开"


def _reasons(names: Sequence[str], form: Form, approval: Approval) -> Iterator[str]:
    yield "理由："
    if "propose" in names:
        yield from _present(form.attribute_reason)
    for name in names:
        for given, entry in approval.standing.held.items():
            if given.sign.sign == name and entry.reason:
                yield entry.reason if len(names) == 1 else f"{given.sign.label}：{entry.reason}"
    if len(names) > 1:
        yield from _clearings(approval)


def _clearings(approval: Approval) -> Iterator[str]:
    """Flags by number and name only: the form is read by more people than the words are meant for."""
    open_flags = len(approval.standing.flags)
    if open_flags:
        yield f"检查提示 {open_flags} 条未核销"
    cleared = [entry for entry in approval.entries if entry.noted is Noted.CLEARED]
    if cleared:
        names = "、".join(dict.fromkeys(entry.actor for entry in cleared))
        yield f"检查提示已核销 {len(cleared)} 条（{names}）"


def _notes(form: Form, approval: Approval) -> Iterator[str]:
    standing = approval.standing
    yield f"编号：{approval.number}　程序：{approval.procedure.label}"
    if form.co_units:
        yield f"{'联合发文' if form.joint else '涉及'}单位：{'、'.join(form.co_units)}"
    if form.with_government:
        yield f"党政联合发文　起草部门：{form.drafting_unit or '未写明'}"
    yield from (f"解读：{said}" for said in _present(plan_of(form)))
    yield from _present(without_interpretation(approval.procedure, form, standing.attribute))
    in_cells = {name for opinion in look()["opinions"] for name in opinion["signs"]}
    for given, entry in standing.held.items():
        if given.sign.sign not in in_cells:
            yield _signature(given, entry)
    returned = [entry for entry in approval.entries if entry.noted is Noted.RETURNED]
    if returned and standing.in_draft:
        last = returned[-1]
        yield f"退回：{last.reason or ''}（{last.actor}　{_day(_local(last.at))}）；此前的签署已失效"
    if standing.end is End.DROPPED:
        dropped = approval.entries[-1]
        yield f"已撤回：{dropped.reason or ''}（{dropped.actor}　{_day(_local(dropped.at))}）"


def _signature(given: Given, entry: ProposalEntry) -> str:
    unit = f"（{given.unit}）" if given.sign.of != "unit" else ""
    said = f"，{entry.reason}" if entry.reason else ""
    link = f"，{entry.link}" if given.sign.sign == PUBLISH and entry.link else ""
    return f"{given.sign.label}{unit}：{entry.actor}　{_day(_local(entry.at))}{said}{link}"


def _appended(form: Form) -> Iterator[tuple[str, str]]:
    texts = (("公开内容", form.body), ("解读材料", form.interpretation), ("说明", form.explanation))
    return ((heading, text) for heading, text in texts if text and text.strip())


def _boxes(label: str, boxes: Mapping[str, bool]) -> Row:
    return Row(label, tuple(Cell(COLUMNS // len(boxes), (_box(name, ticked),)) for name, ticked in boxes.items()))


def _box(name: str, ticked: bool) -> str:
    return f"{name} {'☑' if ticked else '☐'}"


def _row(label: str, lines: Iterable[str]) -> Row:
    return Row(label, (Cell(COLUMNS, tuple(lines)),))


def _present(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _local(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
