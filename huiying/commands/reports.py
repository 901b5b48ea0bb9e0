"""`huiying reports`: the papers of periods — what must be signed until when, and a draft of any period that is over."""

from __future__ import annotations

from datetime import date, datetime

import click

from alerts.message import shown_due
from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.periodic import stretch_of_due
from pipeline.periodic_drafting import draft_period, name_of
from records.papers import PaperKind
from regulation.papers import paper_rule
from regulation.periodic import periodic_rules

_FORMS = ("%Y-%m-%d", "%Y-%m", "%Y")


@click.group(cls=ChineseGroup, help="定期文稿：日报、周报、月报、调度通报、年度报告。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("due", help="列出还没有签发的定期文稿和到期时间。")
@pass_settings
def due(settings: Settings) -> None:
    """List what must be signed until when."""
    with desk_at_console(settings) as desk:
        now = desk.clock.now()
        with desk.store.reading() as t:
            owed = t.periodic.owed()
        for one in owed:
            late = "　已逾期" if one.due_at <= now else ""
            click.echo(f"{name_of(one.kind, stretch_of_due(one, desk.periodic))}　{shown_due(one.due_at)}前签发{late}")
    if not owed:
        click.echo("没有待签发的定期文稿")


@command.command("draft", help="起草一期定期文稿，如 monthly 2026-04；已有草稿的不动。")
@click.argument("kind", metavar="种类")
@click.argument("period", metavar="时期")
@pass_settings
def draft(settings: Settings, kind: str, period: str) -> None:
    """Draft the paper of a period that is over."""
    wanted, day = _kind(kind), _day(period)
    with desk_at_console(settings) as desk:
        meant = Meant(wanted.value, Actor(CONSOLE, None), desk.clock.now())
        number = draft_period(desk.store, wanted, day, meant, desk.periodic, desk.disclosure_time)
        with desk.store.reading() as t:
            paper = t.papers.get(number)
    assert paper is not None
    click.echo(f"草稿第 {number} 号：{paper.content.title}，请到“报告文稿”核对、补充和签发")


def _kind(written: str) -> PaperKind:
    """A kind by its word or its Chinese label."""
    known = {kind: paper_rule(kind).label for kind in periodic_rules().rules}
    found = next((kind for kind, label in known.items() if written in (kind.value, label)), None)
    if found is None:
        raise BadInput(
            f"没有“{written}”这种定期文稿，可写 {'、'.join(f'{kind.value}（{label}）' for kind, label in known.items())}"
        )
    return found


def _day(written: str) -> date:
    """A day of the period: a day, or a month or year by its first."""
    for form in _FORMS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise BadInput(f"看不懂时期“{written}”：日期写 2026-04-10（周报写该周任一天），月份写 2026-04，年份写 2026")
