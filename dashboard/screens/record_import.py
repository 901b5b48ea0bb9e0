"""导入旧台账: a file of old records is taken in on the ledger, with how far it has come and what was left out."""

from __future__ import annotations

import streamlit as st

from casework.disclosures.importing import read_content, template
from dashboard import acting, exporting
from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.visit import Visit
from dashboard.wording import plain
from pipeline import views
from pipeline.disclosing import IMPORT, Imported, import_disclosures
from pipeline.refusals import Refused
from records.spreadsheets import BadRow, Unreadable

_OUTCOME, _TRIED = "records_imported", "records_import_tried"
_MOST_MB = 50
_MOST_ROWS = 50_000
_SHOWN = 50
_BYTES = 1_000_000


def draw(visit: Visit) -> None:
    """Draw the form for whoever may import, and what became of the last file."""
    if not views.may_everywhere(visit.person, IMPORT):
        return
    kept: Imported | None = st.session_state.get(_OUTCOME)
    with st.expander("导入旧台账", icon=":material/upload_file:", expanded=_TRIED in st.session_state):
        if kept is not None:
            _outcome(kept)
        _templates()
        with st.form("import_records", enter_to_submit=False, clear_on_submit=True, border=False):
            file = st.file_uploader(
                f"台账文件（.xlsx、.csv 或 .jsonl，不超过 {_MOST_MB} MB、{_MOST_ROWS // 10_000} 万行）",
                key="records_file",
                max_upload_size=_MOST_MB,  # a larger one is refused by the browser before anything of it is sent
            )
            explanation = st.text_input(
                "内容有变的事项写什么更正说明（可不填，不填则列出变了哪些项目）",
                key="records_explanation",
                max_chars=200,
            )
            done = st.form_submit_button("导入", type="primary", key="do_import_records")
        if done and file is None:
            st.error("请先选择文件。")
        elif done and file is not None:
            _import(file.name, file.getvalue(), (explanation or "").strip() or None)


def _templates() -> None:
    headings, rows = template()
    with st.container(horizontal=True):
        for ending, content, kind in (
            ("xlsx", lambda: exporting.xlsx(headings, rows, "公开事项"), exporting.XLSX),
            ("csv", lambda: exporting.comma_separated(headings, rows), exporting.CSV),
        ):
            st.download_button(
                f"模板 .{ending}",
                content,
                f"公开事项模板.{ending}",
                kind,
                on_click="ignore",
                icon=":material/download:",
                key=f"records_template_{ending}",
            )
    st.caption("有错的行逐行列出，其余照常导入；编号相同、内容有变的记为新版本，旧版本保留；同一文件再导入一次不重复。")


def _import(name: str, content: bytes, explanation: str | None) -> None:
    st.session_state[_TRIED] = True
    bar = st.progress(0.0, "正在读取文件……")
    outcome: list[Imported] = []

    def work(doing: acting.Doing) -> None:
        if len(content) > _MOST_MB * _BYTES:
            raise Refused(f"文件有 {len(content) // _BYTES} MB，超过 {_MOST_MB} MB：请分成几个文件导入")
        try:
            rows = read_content(name, content, _MOST_ROWS)
        except Unreadable as fault:
            raise Refused(str(fault)) from None

        def told(read: int) -> None:
            bar.progress(read / len(rows), f"已导入 {read} 行，共 {len(rows)} 行")

        actor = acting.actor(doing.person)
        outcome.append(import_disclosures(doing.parts.store, rows, actor, doing.at, explanation, told))

    if acting.do("import_records", "文件已读完，结果见“导入旧台账”", work):
        st.session_state[_OUTCOME] = outcome[0]
    st.rerun(scope="app")


def _outcome(found: Imported) -> None:
    said = f"新增 {found.new} 条，更正 {found.corrected} 条，未变 {found.unchanged} 条，未导入 {len(found.bad)} 行"
    with st.container(key="records_outcome"):
        st.info(f"上次导入：{said}。")
        if found.bad:
            table([{"行": str(row.number), "原因": plain(row.reason)} for row in found.bad[:_SHOWN]])
            _left_out(found.bad)


def _left_out(bad: list[BadRow]) -> None:
    """All of them as a file, so that whoever made the table can mend it."""
    rows = [(row.number, row.reason) for row in bad]
    content = exporting.comma_separated(("行", "原因"), rows)
    label = (
        f"下载未导入的 {len(bad)} 行的原因"
        if len(bad) <= _SHOWN
        else f"只列出前 {_SHOWN} 行，下载全部 {len(bad)} 行的原因"
    )
    name = f"未导入的行-{backstage().now():%Y%m%d}.csv"
    st.download_button(label, content, name, exporting.CSV, on_click="ignore", type="tertiary", key="records_left_out")
