"""Finds what has to be published again (二（五）2): the next period of what is disclosed regularly, the end of staged work.

A record counts for a series where it has the same unit and catalogue item (`again` of disclosure_time.yaml). It counts for the
period in which it was decided, or published where nobody knows more. What was missed before the newest one is history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from casework.disclosures.due import Due, plausible
from records.proposals import Form
from records.words import Period, Purpose, TimeKind
from regulation.disclosure_time import DisclosureTime
from regulation.periods import Span, span_of, spans_after
from regulation.working_days import WorkingDays, shown, unconfirmed

Key = tuple[str, ...]
One = TypeVar("One", "Published", Form)


@dataclass(frozen=True, slots=True)
class Published:
    """One record that stands. `form` is that of the proposal out of which it came, None where it came in otherwise."""

    record: str
    unit: str
    catalogue_item: str | None
    published_on: date
    form: Form | None = None

    @property
    def day(self) -> date:
        """The day by which it counts for a period."""
        decided = None if self.form is None else self.form.decided_on
        return decided if decided is not None and plausible(decided) else self.published_on


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not published yet. `record` is the last one of its series, `what` the period or the end of the work."""

    record: str
    unit: str
    what: str
    due: Due


def missing(
    published: Iterable[Published],
    running: Iterable[Form],
    today: date,
    calendar: WorkingDays,
    rules: DisclosureTime,
) -> list[Missing]:
    """What has to be published again by today or soon, besides the forms that are `running`: they have due days themselves."""
    series = _by_key(published, rules)
    under_way = _by_key((form for form in running if form.purpose is Purpose.NEW), rules)
    return [
        found
        for key, records in series.items()
        for found in _of_series(records, under_way.get(key, ()), today, calendar, rules)
    ]


def _by_key(ones: Iterable[One], rules: DisclosureTime) -> dict[Key, list[One]]:
    """By series; what has not all that tells series apart belongs to none."""
    found: dict[Key, list[One]] = defaultdict(list)
    for one in ones:
        key = tuple(getattr(one, name) for name in rules.again.same)
        if all(key):
            found[key].append(one)
    return found


def _of_series(
    records: Sequence[Published], running: Sequence[Form], today: date, calendar: WorkingDays, rules: DisclosureTime
) -> Iterator[Missing]:
    """The newest proposal says how the series goes on."""
    known = [one for one in records if one.form is not None]
    if not known:
        return
    last = max(known, key=lambda one: (one.published_on, one.record))
    assert last.form is not None
    if last.form.time_kind is TimeKind.REGULAR and last.form.period is not None:
        yield from _periods(last, last.form.period, records, running, today, rules)
    elif last.form.time_kind is TimeKind.STAGED and last.form.ends_on is not None:
        yield from _closing(last, last.form.ends_on, records, running, calendar, rules)


def _periods(
    last: Published,
    period: Period,
    records: Sequence[Published],
    running: Sequence[Form],
    today: date,
    rules: DisclosureTime,
) -> Iterator[Missing]:
    newest = span_of(period, max(one.day for one in records))
    decided = [form.decided_on for form in running if form.decided_on is not None and plausible(form.decided_on)]
    taken = {span_of(period, day) for day in decided}
    spans = [span for span in spans_after(newest, today) if span not in taken]
    gone = [span for span in spans if span.last < today]
    if gone:
        before = () if len(gone) == 1 else (f"{gone[0].label}以来已有 {len(gone)} 期没有公开",)
        yield _missing_period(last, newest, gone[-1], before, rules)
    for span in spans[len(gone) :]:
        yield _missing_period(last, newest, span, (), rules)


def _missing_period(
    last: Published, newest: Span, span: Span, remarks: tuple[str, ...], rules: DisclosureTime
) -> Missing:
    rule = rules.rule(TimeKind.REGULAR)
    said = (
        f"{rule.kind.label}（{span.period.label}）：最近一次公开的是{newest.label}的，"
        f"{span.label}的应在 {shown(span.last)}前公开（{rule.cited}）"
    )
    return Missing(last.record, last.unit, span.label, Due(span.last, (said,), remarks, rule.remind))


def _closing(
    last: Published,
    ends_on: date,
    records: Sequence[Published],
    running: Sequence[Form],
    calendar: WorkingDays,
    rules: DisclosureTime,
) -> Iterator[Missing]:
    if not plausible(ends_on) or any(one.published_on >= ends_on for one in records):
        return
    if any(form.planned_on is not None and form.planned_on >= ends_on for form in running):
        return
    rule = rules.closing
    count = calendar.after(ends_on, rule.days)
    said = f"分阶段公开：工作 {shown(ends_on)}完成，完成后 {rule.days} 个工作日内作总结性公开（{rule.cited}）"
    due = Due(count.due, (said, *count.counted()), unconfirmed(count.days), rule.remind)
    yield Missing(last.record, last.unit, "总结性公开", due)
