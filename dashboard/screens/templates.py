"""报告模板: which .docx reports and papers are printed into; one of the office's own is tried before it is taken."""

from __future__ import annotations

import streamlit as st

from casework.reports.own_templates import OwnTemplates
from casework.reports.package_check import MOST_BYTES
from casework.reports.shipped_templates import INCIDENT, KINDS, OFFICE
from dashboard import acting, exporting
from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.visit import Visit
from pipeline import report_templates
from records.papers import PaperKind
from regulation.papers import paper_rule


def draw(_: Visit) -> None:
    """Draw what is in use, the template in use as a file, and the form that takes another one in."""
    own = OwnTemplates(backstage().desk.settings.templates_dir)
    st.caption(
        "改动从换上起对以后报送、签发的生效，已经报送、签发的文件不变。先下载正在用的模板，用 Word 或 WPS 改字样、字体、页边距、红线、版记，"
        "`{{文号}}` 这样的字段留着，再传上来：查验、试印没有问题才会换上。"
    )
    there = own.there()
    table([{"用于": _label(kind), "现在用": _standing(kind, there)} for kind in KINDS])
    kind = st.selectbox("哪一种", KINDS, format_func=_label, key="template_kind") or INCIDENT
    st.download_button(
        "下载正在用的模板",
        lambda: report_templates.exported(own, kind),
        f"模板-{_label(kind)}.docx",
        exporting.DOCX,
        on_click="ignore",
        icon=":material/download:",
        key="template_download",
    )
    with st.form("change_template", enter_to_submit=False, clear_on_submit=True):
        file = st.file_uploader("换成（.docx）", ["docx"], key="template_file", max_upload_size=MOST_BYTES // 1024**2)
        sent = st.form_submit_button("查验并换上", type="primary", key="do_change_template")
    if sent and file is None:
        st.error("请先选择 .docx 文件", icon=":material/block:")
    elif sent and file is not None:
        _install(own, kind, file.getvalue())
    if kind in there and st.button("改回随附的模板", key="do_remove_template"):
        acting.do(
            f"remove_template|{kind}",
            f"{_label(kind)}改回随附的模板",
            lambda doing: report_templates.remove(doing.parts.store, own, kind, acting.actor(doing.person), doing.at),
        )
        st.rerun(scope="app")


def _install(own: OwnTemplates, kind: str, content: bytes) -> None:
    acting.do(
        f"change_template|{kind}",
        f"{_label(kind)}从现在起用新的模板",
        lambda doing: report_templates.install(
            doing.parts.store, own, kind, content, acting.actor(doing.person), doing.at
        ),
    )
    st.rerun(scope="app")


def _label(kind: str) -> str:
    named = {INCIDENT: "首报、续报、终报", OFFICE: "其他各种文稿"}
    return named.get(kind) or paper_rule(PaperKind(kind)).label


def _standing(kind: str, there: list[str]) -> str:
    if kind in there:
        return ":green-badge[本单位的模板]"
    if kind not in (INCIDENT, OFFICE) and OFFICE in there:
        return f"同“{_label(OFFICE)}”"
    return ":gray-badge[随附的模板]"
