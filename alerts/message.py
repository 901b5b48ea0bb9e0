"""Puts what must be told into short Chinese words, so that nothing quoted can pass for the system's own."""

from __future__ import annotations

import hashlib
import string
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from alerts.delivery import Outgoing
from records.alerts import OFFICE, Alert
from records.disclosures import Disclosure
from records.incidents import Incident
from records.naming import name_fields, named, office_name
from records.shipped_files import content_of
from records.spans import MINUTE, span, to_the_minute
from records.words import Level, Scope
from records.zone import CHINA

FACTS = frozenset(
    {
        "where",
        "why",
        "before",
        "posts",
        "started",
        "recorded",
        "reason",
        "by",
        "planned",
        "quote",
        "until_start",
        "co_unit",
        "co_units",
        "duty",
        "grounds",
        "ending",
        "report",
    }
)
"""Facts that a caller may add. `quote` is what somebody wrote in public; it stands apart from the system's words."""

_FIELDS = (
    frozenset({"incident", "title", "unit", "severity", "category", "due", "due_time", "left", "past", "at"})
    | name_fields().keys()
)
_TEXT_FIELDS: Mapping[str, frozenset[str]] = {
    "link": frozenset({"incident"}),
    "late": frozenset({"planned"}),
    "overtaken": frozenset({"planned", "overtaken_by"}),
    "together_title": frozenset({"count"}),
    "together_link": frozenset(),
    "no_unit": frozenset(name_fields()),
    "without_contact": frozenset({"recipient"}),
    "beyond_reach": frozenset({"recipient"}),
    "nobody_on_duty": frozenset(),
    "duty_without_contact": frozenset({"name"}),
    "duty_unreached": frozenset({"name"}),
    "kept_silent": frozenset({"before", "after", "told"}),
}
_FILE = Path(__file__).with_name("templates.yaml")
_LINES_TOGETHER = 3
_PARAGRAPH_LENGTH = 400
_TITLE_LENGTH, _VALUE_LENGTH, _QUOTE_LENGTH, _NUMBER_LENGTH = 40, 80, 120, 8
_INERT = str.maketrans("@<>[]{}*_`~#|\\&「」", "＠＜＞［］｛｝＊＿｀～＃｜＼＆『』")


class BadTemplates(ValueError):
    """templates.yaml lacks something or names something unknown; the message says where."""


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one kind of alert."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Templates:
    """All the words of alerts."""

    kinds: Mapping[str, Template]
    link: str
    hidden_title: str
    no_title: str
    no_unit: str
    quote: str
    late: str
    late_after: timedelta
    overtaken: str
    met: str
    acknowledged: str
    ended: str
    cancelled: str
    withheld: str
    owed_done: str
    owed_void: str
    together_title: str
    together_link: str
    without_contact: str
    beyond_reach: str
    nobody_on_duty: str
    duty_without_contact: str
    duty_unreached: str
    kept_silent: str
    no_more: str


def alerts_about(
    kind: str,
    incident: Incident,
    record: Disclosure | None,
    at: datetime,
    distinct: str,
    recipients: Iterable[str],
    due_at: datetime | None = None,
    facts: Mapping[str, str] | None = None,
    paragraphs: Sequence[str] = (),
) -> list[Alert]:
    """One alert a recipient, its text frozen. `distinct` tells apart two alerts of one kind about one incident.

    `facts` may hold FACTS, `paragraphs` what the office writes. Where the record is not public (or is not at hand although
    the incident has one) neither its title nor a quote nor a paragraph goes in, and what people wrote beside it (a reason)
    goes in without the title. Raises KeyError for an unknown kind, ValueError for an unknown fact.
    """
    public = _is_public(incident, record)
    known = dict(facts or {}) if public else _untitled(facts or {}, incident, record)
    if not known.keys() <= FACTS:
        raise ValueError(f"unknown facts: {', '.join(sorted(known.keys() - FACTS))}")
    words = templates()
    template = words.kinds[kind]
    values = _values(incident, at, due_at, known, public)
    lines = [line for line in (filled(line, values) for line in template.lines) if line is not None]
    if public and known.get("quote"):
        lines += [words.quote, f"「{neutral(known['quote'], _QUOTE_LENGTH)}」"]
    if paragraphs:
        lines += [neutral(one, _PARAGRAPH_LENGTH) for one in paragraphs] if public else [words.withheld]
    if "planned" in known:
        lines.append(words.late.format(planned=neutral(known["planned"])))
    title = filled(template.title, values)
    if title is None:
        raise ValueError(f"the title of {kind} needs a value that is not there")
    return [
        Alert(
            key=hashlib.sha256(f"{kind}|{incident.id}|{distinct}|{recipient}".encode()).hexdigest(),
            at=at,
            kind=kind,
            incident=incident.id,
            recipient=recipient,
            due_at=due_at,
            title=title,
            body="\n".join(lines),
            link=words.link.format(incident=incident.id),
        )
        for recipient in recipients
    ]


def neutral(value: str, length: int = _VALUE_LENGTH) -> str:
    """A value that can stand in a message: one line, no longer than `length`, no mention, markup or link in it."""
    one_line = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in value)
    inert = " ".join(one_line.split()).translate(_INERT).replace("://", "：//").replace("www.", "www．")
    return inert if len(inert) <= length else f"{inert[: length - 1]}…"


def addressed(recipient: str, level: Level) -> str:
    """Who was meant, such as 区住建局, 区住建局负责人 or 区领导."""
    if level is Level.LEADER:
        return level.label
    name = recipient_name(recipient)
    return name if level is Level.DUTY else f"{name}{level.label}"


def recipient_name(recipient: str) -> str:
    """What people read for the office or a unit."""
    return office_name() if recipient == OFFICE else neutral(recipient)


def shown(moment: datetime) -> str:
    """A moment as a message tells it, such as 4月10日 09:40（北京时间）."""
    return f"{day_and_time(moment)}（北京时间）"


def day_and_time(moment: datetime) -> str:
    """A moment in Beijing, such as 4月10日 09:40."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def shown_due(moment: datetime) -> str:
    """A moment until which something is to be done: the end of a day is called 24:00, not the 00:00 of the next one."""
    local = moment.astimezone(CHINA)
    if (local.hour, local.minute) != (0, 0):
        return shown(moment)
    day = local - timedelta(days=1)
    return f"{day.month}月{day.day}日 24:00（北京时间）"


def together(messages: Sequence[Outgoing], link: str | None) -> Outgoing:
    """Several messages to one address as one: their headings and first lines, numbered; it goes by the first one's key."""
    first = messages[0]
    items = [
        f"{number}. {message.title}" + "".join(f"\n   {line}" for line in message.body.splitlines()[:_LINES_TOGETHER])
        for number, message in enumerate(messages, 1)
    ]
    return replace(
        first,
        title=templates().together_title.format(count=len(messages)),
        body="\n".join(items),
        due_at=None,
        link=link,
        maybe_repeated=any(message.maybe_repeated for message in messages),
    )


def number_of(key: str) -> str:
    """The short number of an alert, by which a person recognises a repeat."""
    return key[:_NUMBER_LENGTH]


def subject_of(outgoing: Outgoing) -> str:
    """The one-line heading of a message, marked if it may be a repeat."""
    return f"{_mark(outgoing)}{outgoing.title}"


def text_of(outgoing: Outgoing) -> str:
    """The plain text of a message below its heading: body, one link, number."""
    lines = [f"{_mark(outgoing)}{outgoing.body}"]
    if outgoing.link:
        lines.append(f"查看：{outgoing.link}")
    lines.append(f"编号：{outgoing.number}")
    return "\n".join(lines)


@cache
def templates() -> Templates:
    """The shipped words."""
    return templates_from(content_of(_FILE), _FILE.name)


def templates_from(row: Any, file: str) -> Templates:
    """Read the words. Raises BadTemplates naming the file, the place and the fault."""
    names = set(Templates.__dataclass_fields__) - {"late_after"} | {"late_after_seconds"}
    if not isinstance(row, dict) or row.keys() != names:
        raise BadTemplates(f"{file}: exactly these keys are expected: {', '.join(sorted(names))}")
    texts = {key: _text(row[key], f"{file}: {key}") for key in names - {"kinds", "late_after_seconds"}}
    for key, allowed in _TEXT_FIELDS.items():
        check_names(texts[key], allowed, f"{file}: {key}")
    if not isinstance(row["kinds"], dict) or not isinstance(row["late_after_seconds"], int):
        raise BadTemplates(f"{file}: `kinds` must be rows and `late_after_seconds` a whole number")
    kinds = {kind: _template(value, f"{file}: {kind}") for kind, value in row["kinds"].items()}
    return Templates(kinds=kinds, late_after=timedelta(seconds=row["late_after_seconds"]), **texts)


def _template(row: Any, place: str) -> Template:
    if not isinstance(row, dict) or row.keys() != {"title", "lines"} or not isinstance(row["lines"], list):
        raise BadTemplates(f"{place}: exactly `title` and a list of `lines` are expected")
    template = Template(_text(row["title"], place), tuple(_text(line, place) for line in row["lines"]))
    for text in (template.title, *template.lines):
        check_names(text, _FIELDS | FACTS - {"quote"}, place)
    return template


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadTemplates(f"{place}: text is expected")
    return value


def check_names(text: str, allowed: Iterable[str], place: str) -> None:
    """Raise BadTemplates where a text names in braces what is not allowed."""
    try:
        used = _names(text)
    except ValueError as fault:
        raise BadTemplates(f"{place}: {fault}") from None
    unknown = used - set(allowed)
    if unknown:
        raise BadTemplates(f"{place}: unknown name {', '.join(sorted(unknown))}")


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _is_public(incident: Incident, record: Disclosure | None) -> bool:
    if record is None:
        return incident.disclosure is None
    return record.scope is Scope.PUBLIC


def _untitled(facts: Mapping[str, str], incident: Incident, record: Disclosure | None) -> dict[str, str]:
    """The facts with neither title in them, however somebody wrote it into a reason."""
    titles = [title for title in (incident.title, record.title if record else "") if title.strip()]
    told = dict(facts)
    for title in sorted(titles, key=len, reverse=True):
        told = {key: value.replace(title, templates().hidden_title) for key, value in told.items()}
    return told


def _values(
    incident: Incident, at: datetime, due_at: datetime | None, facts: Mapping[str, str], public: bool
) -> dict[str, str]:
    words = templates()
    values = {key: neutral(value) for key, value in {**name_fields(), **facts}.items() if value.strip()}
    values |= {
        "incident": incident.id,
        "title": neutral(incident.title or words.no_title, _TITLE_LENGTH) if public else words.hidden_title,
        "unit": neutral(incident.unit) if incident.unit else named(words.no_unit),
        "severity": incident.severity.label,
        "at": shown(at),
    }
    if incident.category is not None:
        values["category"] = incident.category.label
    if due_at is not None:
        values |= {"due": shown_due(due_at), "due_time": day_and_time(due_at)}
        values["left"] = span(to_the_minute(due_at - at)) if due_at > at else words.no_more
        past = to_the_minute(at - due_at)
        if past >= MINUTE:
            values["past"] = span(past)
    return values


def filled(text: str, values: Mapping[str, str]) -> str | None:
    """The text with its names filled in; None where one has no value."""
    return text.format_map(values) if _names(text) <= values.keys() else None


def _mark(outgoing: Outgoing) -> str:
    return f"〔可能重复 · 编号 {outgoing.number}〕" if outgoing.maybe_repeated else ""
