"""`huiying reports`: the papers of periods and their drafts, the office's own templates, the .pdf files that are still missing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from alerts.message import shown_due
from casework.reports.office_program import converted
from casework.reports.own_templates import OwnTemplates
from casework.reports.package_check import MOST_BYTES
from casework.reports.shipped_templates import KINDS
from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline import report_templates
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.later_formats import print_due, without_pdf
from pipeline.meant import Meant
from pipeline.periodic import stretch_of_due
from pipeline.periodic_drafting import draft_period, name_of
from records.os_errors import reason
from records.papers import PaperKind
from regulation.papers import paper_rule
from regulation.periodic import periodic_rules

_NAMED = 5
_FORMS = ("%Y-%m-%d", "%Y-%m", "%Y")


@click.group(
    cls=ChineseGroup, help="报告文稿：日报、周报、月报、调度通报、年度工作报告；本单位的 .docx 模板；补转 PDF。"
)
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


@command.command(
    "template",
    help="换用本单位的模板：模板种类 incident 为首报续报终报，office 为其他各种文稿，也可单为 monthly 等一种；写法见 docs/templates.md。",
)
@click.argument("kind", metavar="种类", type=click.Choice(KINDS))
@click.argument("file", metavar="[文件]", type=click.Path(path_type=Path), required=False)
@click.option("--remove", is_flag=True, help="不再用本单位的模板，改回随附的")
@click.option("--export", "export", is_flag=True, help="把正在用的模板写到文件，供修改")
@pass_settings
def template(settings: Settings, kind: str, file: Path | None, remove: bool, export: bool) -> None:
    """Take a template in, put it out of use, or write it out."""
    if (remove and (export or file is not None)) or (not remove and file is None):
        raise BadInput("请写模板文件；--export 后写要写到的文件；--remove 不写文件")
    templates = OwnTemplates(settings.templates_dir)
    with desk_at_console(settings) as desk:
        if remove:
            report_templates.remove(desk.store, templates, kind, Actor(CONSOLE, None), desk.clock.now())
            click.echo(f"{kind} 改回随附的模板")
        elif export and file is not None:
            _write(file, report_templates.exported(templates, kind))
            click.echo(f"已写到 {file}；改好后用 huiying reports template {kind} {file} 换上")
        elif file is not None:
            content = _read(file)
            report_templates.install(desk.store, templates, kind, content, Actor(CONSOLE, None), desk.clock.now())
            click.echo(f"{kind} 从现在起用 {file.name}；已经报送、签发的不变")


@command.command("pdf", help="给还没有 PDF 的报告和文稿补转 PDF（要装 LibreOffice）。")
@pass_settings
def pdf(settings: Settings) -> None:
    """Print the missing files."""
    with desk_at_console(settings) as desk:
        files = without_pdf(settings.reports_dir)
        outcomes = print_due(desk.store, files, converted, desk.clock.now(), every=True)
    made = [one.file for one in outcomes if one.fault is None]
    for file in made:
        click.echo(file.with_suffix(".pdf"))
    failed = [f"{one.file.name}：{one.fault}" for one in outcomes if one.fault is not None]
    if failed:
        done = f"转好 {len(made)} 份，" if made else ""
        raise Failed(f"{done}{len(failed)} 份没有转成：{'；'.join(failed[:_NAMED])}")
    click.echo(f"转好 {len(made)} 份" if made else "没有要补转的")


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


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"读不了 {file}：{reason(error)}") from None


def _write(file: Path, content: bytes) -> None:
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except OSError as error:
        raise BadInput(f"写不了 {file}：{reason(error)}") from None
