"""Writes suggestions up for the leading group (第四十七条): the figures of a period, and what was done with the important ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.suggestions.standing import Course
from records.suggestions import Did, Standing, Suggestion
from records.zone import CHINA
from regulation.suggestions import SuggestionRules

TITLE = "关于党员和群众意见建议办理情况的报告"
_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Figures:
    """How many suggestions came in within a period, how, and what became of them until now."""

    received: int
    by_way: tuple[tuple[str, int], ...]
    adopted: int
    carried_out: int
    explained: int
    fed_back: int
    finished: int
    overdue: int
    important: int

    @property
    def open(self) -> int:
        """How many are not finished."""
        return self.received - self.finished


@dataclass(frozen=True, slots=True)
class Matter:
    """One suggestion as it is written up: what it is about, as the reader may know it."""

    suggestion: Suggestion
    course: Course
    about: str | None


def figures(matters: Iterable[Matter], rules: SuggestionRules, now: datetime) -> Figures:
    """The figures of these suggestions; those whose registration was taken back do not count."""
    counted = [one for one in matters if one.course.standing is not Standing.VOID]
    courses = [one.course for one in counted]
    ways = Counter(one.suggestion.way for one in counted)
    return Figures(
        received=len(counted),
        by_way=tuple((row.label, ways[row.name]) for row in rules.ways if ways[row.name]),
        adopted=sum(one.answer is not None and one.answer.did is Did.ADOPTED for one in courses),
        carried_out=sum(one.outcome is not None and one.outcome.did is Did.CARRIED_OUT for one in courses),
        explained=sum(one.answer is not None and one.answer.did is Did.EXPLAINED for one in courses),
        fed_back=sum(one.feedback is not None for one in courses),
        finished=sum(one.finished is not None for one in courses),
        overdue=sum(one.overdue(now) for one in courses),
        important=sum(one.important is not None for one in courses),
    )


def sections(
    period: tuple[date, date], counted: Figures, chosen: Sequence[Matter], rules: SuggestionRules
) -> list[tuple[str, tuple[str, ...]]]:
    """The headings of the paper with their paragraphs."""
    important = [line for number, one in enumerate(chosen, 1) for line in _matter(number, one, rules)]
    return [
        ("总体情况", (_summary(period, counted),)),
        ("重要意见建议及办理情况", tuple(important) or ("本期没有列为重要的意见建议。",)),
    ]


def _summary(period: tuple[date, date], counted: Figures) -> str:
    ways = "、".join(f"{label} {number} 件" for label, number in counted.by_way)
    came = f"（{ways}）" if ways else ""
    return (
        f"{_day(period[0])}至{_day(period[1])}，共收到党员和群众对党务公开工作的意见建议 {counted.received} 件{came}。"
        f"已采纳 {counted.adopted} 件，其中已落实 {counted.carried_out} 件；未采纳并作出解释 {counted.explained} 件；"
        f"已反馈 {counted.fed_back} 件；已办结 {counted.finished} 件，正在办理 {counted.open} 件，其中超期 {counted.overdue} 件；"
        f"列为重要的 {counted.important} 件。"
    )


def _matter(number: int, one: Matter, rules: SuggestionRules) -> Iterable[str]:
    way = rules.way(one.suggestion.way)
    came = f"{_day(one.suggestion.received_at)}收到，来源：{one.suggestion.way if way is None else way.label}"
    about = f"，涉及{one.about}" if one.about else ""
    yield f"（{_chinese(number)}）{one.suggestion.id}（{came}{about}）：{' '.join(one.suggestion.text.split())}"
    yield f"办理情况：{_done(one.course)}"


def _done(course: Course) -> str:
    said = [f"由{course.unit}办理"] if course.unit else []
    if course.answer is not None and course.answer.did is Did.EXPLAINED:
        said.append(f"未采纳，解释为：{course.answer.text or ''}")
    elif course.answer is not None:
        said.append(f"已采纳：{course.answer.text or ''}")
    if course.outcome is not None and course.outcome.did is Did.CARRIED_OUT:
        said.append(f"已落实：{course.outcome.text or ''}")
    if course.feedback is not None:
        said.append(f"已于{_day(course.feedback.happened_at or course.feedback.at)}反馈")
    if course.instructed is not None:
        said.append(f"领导批示：{course.instructed.text or ''}")
    said.append(f"目前{course.standing.label}")
    return "；".join(" ".join(one.split()).rstrip("。；") for one in said) + "。"


def _day(at: date | datetime) -> str:
    day = at.astimezone(CHINA).date() if isinstance(at, datetime) else at
    return f"{day.year}年{day.month}月{day.day}日"


def _chinese(number: int) -> str:
    """A number up to 99 as papers count."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMBERS[ones - 1]
    return f"{_NUMBERS[tens - 1] if tens > 1 else ''}十{_NUMBERS[ones - 1] if ones else ''}"
