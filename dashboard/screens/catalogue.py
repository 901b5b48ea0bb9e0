"""公开目录: the catalogue of what is disclosed, the office's own by versions or a shipped one; filters, files for filing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from dashboard import exporting
from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.screens import catalogue_keeping
from dashboard.visit import Visit
from dashboard.wording import moment, plain
from pipeline.catalogue_view import CataloguePage, Wanted, catalogue_page, found, units
from records.catalogues import FilingNoted
from records.words import Scope, TimeKind
from regulation.catalogue import LEVELS, Form, Item
from regulation.catalogue_file import letters, shipped

_ANY = "不限"
_NUMBER = "编\u2060号"
"""A heading that does not break in a narrow column."""

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')

_COLOURS = {FilingNoted.FILED: "blue", FilingNoted.ACCEPTED: "green", FilingNoted.RETURNED: "orange"}


def draw(visit: Visit) -> None:
    """Draw the chosen catalogue above what can be done with it."""
    page = _chosen(visit)
    if page is None:
        st.info("没有这一版目录，请刷新。")
        return
    _about(page)
    rows = found(page.catalogue, _wanted(page))
    _files(page, len(rows))
    if rows:
        _items(page.catalogue.form, rows)
    else:
        st.info("没有符合条件的项目。")
    catalogue_keeping.draw(page)


def _chosen(visit: Visit) -> CataloguePage | None:
    with backstage().store.reading() as t:
        newest = catalogue_page(t, visit.person, None)
    if newest is None:
        return None
    labels: dict[int | str, str] = {one.number: f"本单位目录 第 {one.number} 版" for one in newest.versions}
    if newest.newest is not None:
        labels[newest.newest] += "（现行）"
    labels |= {letter: f"随附：{shipped(letter).form.document}" for letter in letters()}
    # A new version is a new choice: whoever made it sees it next.
    chosen = st.selectbox(
        "目录和版本", list(labels), format_func=lambda one: labels[one], key=f"catalogue_chosen_{newest.newest}"
    )
    with backstage().store.reading() as t:
        return catalogue_page(t, visit.person, chosen)


def _about(page: CataloguePage) -> None:
    version = page.version
    st.markdown(f"### {plain(page.catalogue.form.title)}", anchors=False)
    if version is None:
        st.caption(
            f"{page.catalogue.form.document}，共 {len(page.catalogue.items)} 项。"
            + ("" if page.newest else "本单位还没有自己的目录时，公开事项按惠党办发〔2019〕48号的目录核对。")
        )
        return
    filed = page.filings_of(version.number)
    state = f":{_COLOURS[filed[-1].noted]}-badge[{filed[-1].noted.label}]" if filed else ":gray-badge[未备案]"
    st.markdown(
        f"{state} :gray[第 {version.number} 版 · {moment(version.at, backstage().now())} · {plain(version.actor)} · "
        f"{catalogue_keeping.deed(version)}：{plain(version.reason)} · 共 {len(page.catalogue.items)} 项]"
    )


def _wanted(page: CataloguePage) -> Wanted:
    words, unit, scope, time = st.columns([3, 2, 1.3, 1.3], vertical_alignment="bottom")
    return Wanted(
        words=words.text_input("查找", placeholder="编号、目录或内容里的词", key="catalogue_words", max_chars=80) or "",
        unit=unit.selectbox(
            page.catalogue.form.heading("unit"),
            [None, *units(page.catalogue)],
            format_func=lambda one: _ANY if one is None else plain(one),
            key=f"catalogue_unit_{page.catalogue.form.letter}",
        ),
        scope=scope.selectbox(
            "可以公开到",
            [None, *Scope],
            format_func=lambda one: _ANY if one is None else one.label,
            key="catalogue_scope",
        ),
        time_kind=time.selectbox(
            "公开时限",
            [None, *TimeKind],
            format_func=lambda one: _ANY if one is None else one.label,
            key="catalogue_time",
        ),
    )


def _files(page: CataloguePage, shown: int) -> None:
    issuer = backstage().desk.letterhead.issuer
    title = _NOT_IN_NAMES.sub("", page.catalogue.form.title)
    named = title + (f"-第{page.version.number}版" if page.version else "")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"显示 {shown} 项；导出的是全部 {len(page.catalogue.items)} 项，格式与附件相同，可用于备案。")
        for ending, kind in (("docx", exporting.DOCX), ("xlsx", exporting.XLSX)):
            st.download_button(
                f"导出 .{ending}",
                lambda ending=ending: page.file(ending, issuer),  # type: ignore[misc]
                f"{named}.{ending}",
                kind,
                on_click="ignore",
                icon=":material/download:",
                key=f"catalogue_{ending}",
            )


def _items(form: Form, rows: Sequence[Item]) -> None:
    columns = [key for key in form.cells if key not in LEVELS and (key != "note" or any(row.note for row in rows))]
    with st.container(key="catalogue_items", height=420, border=True):
        table(
            [
                {
                    _NUMBER: row.id,
                    "目录": _levels(row),
                    **{form.heading(key): plain(row.cell(key)) for key in columns},
                }
                for row in rows
            ]
        )


def _levels(row: Item) -> str:
    first, *below = (plain(level) for level in row.levels if level)
    return f":gray[{first}]  \n" + "  \n".join(below)
