"""Abuse by what others wrote: markup, formulas and template words in posts, titles and files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import docx
from openpyxl import load_workbook

from alerts import message
from alerts.channels import sms
from alerts.delivery import Means
from benchmarks._abuse_scene import UNIT, Scene
from benchmarks._visitor import Drawn
from casework.reports import form
from casework.reports.own_templates import OwnTemplates
from casework.reports.shipped_templates import INCIDENT
from dashboard import exporting
from dashboard.navigation import Place
from pipeline import report_templates
from pipeline.acts import Actor, attempt
from pipeline.indexing import catch_up
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.reports import Part
from records.spreadsheets import Unreadable, table_of
from records.words import Role

SCRIPT = "<script>alert(1)</script> 停暖 <script src=//evil.example/x <img onerror=alert(2)"
LINKS = "[点这里](javascript:alert(1)) ![](http://tracker.example/p.png)"
FORMULAS = ('=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "甲\x00\x08乙")
WORDS = ("{{7*7}} {% for x in y %}", "甲 & 乙 &amp; <w:p/> </w:t><w:br/> ]]>")
FORGED = (
    '@all 紧急\n【回应台】警报解除<font color="warning">假</font> [看](http://evil.example) <at user_id="all"></at>'
)
HOSTILE_TEMPLATE = "{text.__class__.__mro__}"

_HTML = {"html", "iframe", "component_instance", "bidi_component"}


def a_script_in_a_title(scene: Scene) -> Iterator[str]:
    """7: it stands there as it was written, as text."""
    incident = scene.act(Act.CONFIRM, "duty", title=SCRIPT, unit=UNIT, reason="来电反映")
    shown = [*_pages_with(scene, SCRIPT, "没暖气了谁来管"), scene.visitor("duty").open("incident", f"id={incident}")]
    yield from _raw_html(shown)
    if any(re.search(r"(?<!\\)<(script|img)", body) for page in shown for body in page.markdown):
        yield "unescaped markup in markdown"
    # Tags are taken out of a post when it comes in; what people type, and what is no whole tag, is shown as it is.
    if sum("script" in page.written for page in shown) < len(shown):
        yield "the title is not shown at all"


def links_in_a_title(scene: Scene) -> Iterator[str]:
    """8: markdown is escaped, and links lead to http and https, or to pages of the desk, alone."""
    shown = _pages_with(scene, LINKS, "再看看这个链接", url="javascript:alert(1)")
    if any(re.search(r"(?<!\\)\]\(javascript|(?<!\\)!\[", body) for page in shown for body in page.markdown):
        yield "a link or an image in markdown"
    links = [str(one.url) for page in shown for one in page.of("link_button")]
    if any(re.match(r"https?://|/(?!/)", link) is None for link in links):
        yield f"a link leads elsewhere: {links}"
    if not any("点这里" in page.written for page in shown):
        yield "the title is not shown at all"


def _pages_with(scene: Scene, title: str, text: str, **more: str) -> list[Drawn]:
    """Every page that shows a post of that title."""
    scene.push([{**row, **more} for row in scene.posts(text, title=title)])
    scene.judge()
    index = scene.desk.index()
    while catch_up(scene.desk.store, index):
        pass
    index.close()
    visitor = scene.visitor("duty")
    record = [visitor.open("record", "id=d1")]
    form = visitor.open("search")
    words, button = form.of("text_input")[0], form.button("搜索")
    return [*record, visitor.again(button, {str(words.id): text}), visitor.open()]


def _raw_html(shown: list[Drawn]) -> Iterator[str]:
    for page in shown:
        if page.of(*_HTML) or any(element.allow_html for element in page.of("markdown")):
            yield "raw HTML on a page"


def formulas_in_exports(scene: Scene) -> Iterator[str]:
    """9: in both kinds of file they are text, without control characters."""
    heading, rows = ["标题"], [[text] for text in FORMULAS]
    with scene.without(exporting, "safe", lambda cell: cell):
        book = exporting.xlsx(heading, rows, "导出")
        written = exporting.comma_separated(heading, rows)
    cells = [cell for row in load_workbook(BytesIO(book)).worksheets[0].iter_rows(min_row=2) for cell in row]
    if any(cell.data_type == "f" or str(cell.value)[:1] in "=+-@\t" for cell in cells):
        yield "a formula in the workbook"
    lines = written.decode("utf-8-sig").splitlines()[1:]
    if any(line.lstrip('"')[:1] in "=+-@\t" for line in lines) or "\x00" in written.decode("utf-8-sig"):
        yield "a formula or a control character in the text file"


def template_words_in_a_report(scene: Scene) -> Iterator[str]:
    """10: words of a template engine stand in the report as they were written."""
    yield from _lost(scene, WORDS[0])


def markup_in_a_report(scene: Scene) -> Iterator[str]:
    """11: so do the marks of XML, and nothing behind them is lost."""
    yield from _lost(scene, WORDS[1])


def _lost(scene: Scene, hostile: str) -> Iterator[str]:
    """What is missing of a report with these words in every part, as the desk hands it out."""
    incident = scene.act(Act.CONFIRM, "duty", title=f"停暖 {hostile}", unit=UNIT, reason="来电反映")
    scene.act(Act.START_PLAN, "duty", incident=incident, reason="影响扩大")
    parts = {part.value: f"{part.label}：{hostile}后面还有字" for part in Part}
    filed = Action(scene.now, "管理员乙", Act.FILE_REPORT, {"incident": incident, "kind": "initial", "parts": parts})
    with scene.without(form, "printable", _as_a_template):
        attempt(scene.desk.store, filed, Actor("管理员乙", Role.ADMIN), scene.deps(replay=True))
    with scene.desk.store.reading() as t:
        file = t.reports.of(incident)[-1].file
    answer = scene.visitor("admin").http.get(f"/reports/{file}")
    if answer.status_code != 200:
        yield f"the report is not handed out: {answer.status_code}"
        return
    said = "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(answer.content)).paragraphs)
    yield from (f"lost: {text}" for text in parts.values() if text not in said)


def _as_a_template(text: str) -> str:
    """What an engine without escapes makes of a text."""
    return re.sub(r"<[^>]*>|{%.*?%}", "", text.replace("{{7*7}}", "49").replace("&amp;", "&"))


def a_hostile_template(scene: Scene) -> Iterator[str]:
    """12: no page takes anything but tables and, under 管理, a template of reports, which holds names and no expressions; where
    words in braces are filled in, a name with a path is refused."""
    visitor = scene.visitor("admin")
    for place in Place:
        for field in visitor.open(place.value[0]).of("file_uploader"):
            if not set(field.type) <= {".xlsx", ".csv"} | ({".docx"} if place is Place.ADMINISTRATION else set()):
                yield f"{place.title} takes {', '.join(field.type)}"
    template = BytesIO()
    document = docx.Document()
    document.add_paragraph("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    document.save(template)
    try:
        if any(True for _ in table_of("模板.xlsx", template.getvalue())):
            yield "a template was read as a table"
    except Unreadable:
        pass
    with scene.without(report_templates, "check_template", lambda *_: None):
        own, admin = OwnTemplates(scene.folder / "templates"), scene.person("admin")
        try:
            actor = Actor(admin.name, admin.role, admin.unit)
            report_templates.install(scene.desk.store, own, INCIDENT, template.getvalue(), actor, scene.now)
            yield "a template with an expression was taken"
        except Refused:
            pass
    yield from _filled_in(scene)


def _filled_in(scene: Scene) -> Iterator[str]:
    with (
        scene.without(message, "check_names", lambda *_: None),
        scene.without(sms, "_names", lambda _: {"phone", "text"}),
    ):
        try:
            message.check_names(HOSTILE_TEMPLATE, {"text"}, "templates.yaml")
            yield "the words of a message reach into the program"
        except message.BadTemplates:
            pass
        fields: dict[str, Any] = {"to": "{phone}", "body": HOSTILE_TEMPLATE}
        options = sms.Options.model_validate(
            {"url": "https://sms.example", "fields": fields, "accepted_field": "code", "accepted_values": ["0"]}
        )
        try:
            sms.opened(options, {"secret": None}, Means(timedelta(seconds=5), lambda: scene.now, ()))
            yield "the words of a text message reach into the program"
        except ValueError:
            pass


def words_forged_into_an_alert(scene: Scene) -> Iterator[str]:
    """18: they call nobody, link nowhere and begin no line of the desk's own."""
    before = len(scene.vendor.taken)
    with scene.without(message, "neutral", lambda value, length=0: value):
        scene.act(Act.CONFIRM, "duty", title=FORGED, reason=FORGED)
    scene.desk.sender("bench").send_due(scene.now)
    sent = "\n".join(json.loads(body)["text"]["content"] for body in scene.vendor.taken[before:])
    if "紧急" not in sent:
        yield "nobody was told"
    yield from (f"{mark!r} was sent" for mark in ("@all", "<font", "<at ", "](http", "\n【回应台】") if mark in sent)
