"""What is done with the catalogue: starting the office's own, changing it, taking it from a file, filing it; its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time

import streamlit as st

from casework.catalogue.importing import read_items
from dashboard import acting
from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.wording import moment, plain, shortened
from pipeline import own_catalogue
from pipeline.catalogue_view import CataloguePage
from pipeline.own_catalogue import Imported, Meant
from pipeline.refusals import Refused
from records.catalogues import CatalogueVersion, Filing, FilingNoted
from records.spreadsheets import BadRow, Unreadable, table_of
from records.zone import CHINA
from regulation.catalogue import LEVELS, Form, Item
from regulation.catalogue_file import letters, shipped

_LEFT_OUT = "catalogue_left_out"
_MOST_MB = 2
_LONGEST = 2_000
_REASON = "理由（必填，记入版本记录）"


def deed(version: CatalogueVersion) -> str:
    """What a version did, with the item that it was about."""
    return f"{version.deed.label} {version.item}" if version.item else version.deed.label


def draw(page: CataloguePage) -> None:
    """Draw what the person may do, a tab each, and the history."""
    _left_out()
    drawn: dict[str, Callable[[CataloguePage], None]] = {}
    if page.open:
        drawn |= {"修改、撤销": _changing, "增加": _adding, "导入": _importing}
    if page.versions:
        drawn |= {"备案": _filing, "版本记录": _history}
    if page.may_keep:
        drawn |= {"重新开始" if page.versions else "建立本单位目录": _starting}
    if page.may_keep and page.versions and not page.open:
        st.caption("这里看的不是现行版本：要改动请在上面选现行的一版。")
    if drawn:
        for tab, draw_tab in zip(st.tabs(list(drawn)), drawn.values(), strict=True):
            with tab:
                draw_tab(page)


def _changing(page: CataloguePage) -> None:
    form, items = page.catalogue.form, {item.id: item for item in page.catalogue.items}
    chosen = st.selectbox(
        "哪一项",
        list(items),
        index=None,
        format_func=lambda one: plain(f"{one} {shortened(items[one].content, 60)}") if one in items else one,
        placeholder="选择要修改或撤销的一项",
        key=f"catalogue_item_{page.newest}",
    )
    if chosen is None:
        return
    item = items[chosen]
    with st.form(f"change_{page.newest}_{chosen}", enter_to_submit=False):
        cells = _fields(form, item, f"change_{page.newest}_{chosen}")
        reason = st.text_input(_REASON, key=f"change_reason_{chosen}", max_chars=500)
        with st.container(horizontal=True):
            save = st.form_submit_button("保存修改", type="primary", key="do_change_item")
            withdraw = st.form_submit_button("撤销这一项", key="do_withdraw_item")
    if save:
        _do(page, f"change|{chosen}", f"{chosen} 已修改，记为新版本", reason, _with_change(chosen, cells))
    elif withdraw:
        _do(page, f"withdraw|{chosen}", f"{chosen} 已撤销，旧版本里仍可查", reason, _without(chosen))


def _adding(page: CataloguePage) -> None:
    with st.form(f"add_{page.newest}", enter_to_submit=False):
        cells = _fields(page.catalogue.form, None, f"add_{page.newest}")
        reason = st.text_input(_REASON, key="add_reason", max_chars=500)
        done = st.form_submit_button("增加", type="primary", key="do_add_item")
    st.caption("新的一项排在同级目录的最后；编号由系统给出，不重复使用。")
    if done:
        _do(
            page,
            "add",
            "已增加，记为新版本",
            reason,
            lambda one, meant: own_catalogue.add(one.parts.store, cells, meant),
        )


def _fields(form: Form, item: Item | None, key: str) -> dict[str, str]:
    """The cells of an item as fields, filled in with what there is."""
    cells: dict[str, str] = {}
    levels = [name for name in form.cells if name in LEVELS]
    others = [name for name in form.cells if name not in LEVELS and name != "content"]
    for column, name in zip(st.columns(len(levels)), levels, strict=True):
        cells[name] = _field(column, form, item, name, key)
    cells["content"] = (
        st.text_area(
            form.heading("content"),
            value=item.content if item else "",
            key=f"{key}_content",
            max_chars=_LONGEST,
            height=80,
        )
        or ""
    )
    for column, name in zip(st.columns(len(others)), others, strict=True):
        cells[name] = _field(column, form, item, name, key)
    st.caption(
        f"“{form.heading(form.scope)}”写明党内、社会或依内容确定；“公开时限”写明长期、定期（可加每月、每季度、每半年、每年）、"
        "分阶段、随时中的一种，或依内容确定。"
    )
    return cells


def _field(column: st.delta_generator.DeltaGenerator, form: Form, item: Item | None, name: str, key: str) -> str:
    value = item.cell(name) if item else ""
    return column.text_input(form.heading(name), value=value, key=f"{key}_{name}", max_chars=_LONGEST) or ""


def _importing(page: CataloguePage) -> None:
    st.caption(
        "用上面导出的 .xlsx 作模板，改好后导入：已有的项目（有“编号”列按编号，否则按各级目录和公开内容）更新，其余增加。"
        "各级目录、公开内容、责任单位的空格按与上一行合并处理。有错的行逐行列出。"
    )
    with st.form("import_catalogue", enter_to_submit=False, clear_on_submit=True):
        file = st.file_uploader(
            "目录文件（.xlsx 或 .csv）", ["xlsx", "csv"], key="catalogue_file", max_upload_size=_MOST_MB
        )
        whole = st.checkbox("以本表为准：表里没有的项目撤销，次序按本表", key="catalogue_whole")
        reason = st.text_input(_REASON, key="import_reason", max_chars=500)
        done = st.form_submit_button("导入目录", type="primary", key="do_import_catalogue")
    if done and file is None:
        st.error("请先选择文件。")
    elif done and file is not None:
        _import(page, file.name, file.getvalue(), bool(whole), reason)


def _import(page: CataloguePage, name: str, content: bytes, whole: bool, reason: str | None) -> None:
    outcome: list[Imported] = []

    def work(doing: acting.Doing) -> None:
        try:
            rows = list(read_items(table_of(name, content), page.catalogue.form))
        except Unreadable as fault:
            raise Refused(str(fault)) from None
        meant = _meant(doing, page, reason)
        outcome.append(own_catalogue.import_items(doing.parts.store, rows, meant, whole=whole))

    if acting.do("import_catalogue", "目录已导入，记为新版本", work):
        st.session_state[_LEFT_OUT] = outcome[0]
    st.rerun(scope="app")


def _left_out() -> None:
    """What became of the last file, for as long as the page is open."""
    outcome: Imported | None = st.session_state.get(_LEFT_OUT)
    if outcome is None:
        return
    filled = f"；{outcome.filled} 行有空格，按与上一行合并处理" if outcome.filled else ""
    st.info(
        f"上次导入：增加 {outcome.new} 项，修改 {outcome.changed} 项，未变 {outcome.unchanged} 项，"
        f"撤销 {outcome.withdrawn} 项{filled}。",
        icon=":material/rule:",
    )
    bad: Sequence[BadRow] = outcome.bad
    if bad:
        with st.container(key="catalogue_left_out_rows"):
            st.warning(f"有 {len(bad)} 行没有导入：")
            table([{"行": str(row.number), "原因": plain(row.reason)} for row in bad])


def _filing(page: CataloguePage) -> None:
    entries = page.filings
    if entries:
        table(
            [
                {
                    "版本": f"第 {one.version} 版",
                    "情况": one.noted.label,
                    "备案机关": plain(one.body),
                    "日期": f"{one.happened_at.astimezone(CHINA):%Y-%m-%d}",
                    "凭据": plain(one.proof),
                    "登记人": f"{plain(one.actor)} {moment(one.at)}",
                }
                for one in reversed(entries)
            ]
        )
    else:
        st.info("还没有登记备案。目录应报上一级党组织备案（鄂政协机党组发〔2022〕50号 二（二））。")
    if page.may_file:
        _note_filing(page)


def _note_filing(page: CataloguePage) -> None:
    with st.form("file_catalogue", enter_to_submit=False, clear_on_submit=True):
        which, what, whom, when = st.columns([1, 1, 2, 1])
        numbers = [one.number for one in page.versions]
        number = which.selectbox(
            "版本", numbers, format_func=lambda one: f"第 {one} 版", key=f"filing_version_{page.newest}"
        )
        noted = what.selectbox("情况", list(FilingNoted), format_func=lambda one: one.label, key="filing_noted")
        body = whom.text_input("备案机关", key="filing_body", max_chars=100)
        day = when.date_input("日期", backstage().now().astimezone(CHINA).date(), format="YYYY-MM-DD", key="filing_day")
        proof = st.text_input("凭据：文号、机要号、收件人或复函（必填）", key="filing_proof", max_chars=1000)
        done = st.form_submit_button("登记", type="primary", key="do_file_catalogue")
    if not done or number is None or noted is None or not isinstance(day, date):
        return

    def work(doing: acting.Doing) -> None:
        happened_at = datetime.combine(day, time(), CHINA)
        filing = Filing(number, noted, body or "", happened_at, proof or "", doing.at, doing.person.name)
        own_catalogue.note_filing(doing.parts.store, filing, acting.actor(doing.person), doing.request)

    acting.do("file_catalogue", "备案情况已登记", work)
    st.rerun(scope="app")


def _history(page: CataloguePage) -> None:
    with st.container(key="catalogue_history"):
        table(
            [
                {
                    "版本": f"第 {one.number} 版",
                    "时间": moment(one.at, backstage().now()),
                    "谁": plain(one.actor),
                    "改动": deed(one),
                    "理由": plain(one.reason),
                    "备案": "、".join(dict.fromkeys(filing.noted.label for filing in page.filings_of(one.number))),
                }
                for one in page.versions
            ]
        )
    st.caption("旧版本原样保留：在页面最上面选版本查看、导出。")


def _starting(page: CataloguePage) -> None:
    if page.versions:
        st.caption("以随附的目录重新开始：现行各项由它替换，记为新版本；旧版本原样保留。")
    with st.form("start_catalogue", enter_to_submit=False):
        letter = st.radio(
            "从哪一份开始",
            letters(),
            format_func=lambda one: f"{shipped(one).form.document}（{len(shipped(one).items)} 项）",
            key="start_letter",
        )
        title = st.text_input("本单位目录的名称", key="start_title", max_chars=100)
        reason = st.text_input(_REASON, key="start_reason", max_chars=500)
        done = st.form_submit_button("开始", type="primary", key="do_start_catalogue")
    if done and letter is not None:
        _do(
            page,
            "start",
            "本单位目录已建立",
            reason,
            lambda one, meant: own_catalogue.start(one.parts.store, letter, title or "", meant),
        )


def _with_change(item_id: str, cells: Mapping[str, str]) -> Callable[[acting.Doing, Meant], None]:
    return lambda one, meant: own_catalogue.change(one.parts.store, item_id, cells, meant)


def _without(item_id: str) -> Callable[[acting.Doing, Meant], None]:
    return lambda one, meant: own_catalogue.withdraw(one.parts.store, item_id, meant)


def _do(
    page: CataloguePage, key: str, said: str, reason: str | None, work: Callable[[acting.Doing, Meant], None]
) -> None:
    acting.do(f"catalogue|{key}", said, lambda one: work(one, _meant(one, page, reason)))
    st.rerun(scope="app")


def _meant(doing: acting.Doing, page: CataloguePage, reason: str | None) -> Meant:
    return Meant(acting.actor(doing.person), doing.at, reason or "", page.newest, doing.request)
