"""等级规则: the figures by which an incident is opened and raised, each with its article; changed with a reason, and taken back."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.pieces import table
from dashboard.wording import clause_name, moment, plain, severity_badge
from pipeline import own_figures
from pipeline.own_figures import LARGEST, Changed, Figure, FiguresPage

FIGURE_NAMES = {
    "voices": "不同声音（个）",
    "posts": "帖文（条）",
    "reactions": "互动（次）",
    "hours": "时间（小时）",
}
"""What people read for a figure of a rule."""


def draw(page: FiguresPage) -> None:
    """Draw the rules as they count now, the form that changes a figure, and what was changed."""
    st.caption("改动只管今后的研判：已经发生的升级照当时的数值记着。随附的规则和设置文件不变，随时可以撤销。")
    table([_row(page, rule) for rule in dict.fromkeys(one.rule for one in page.figures)])
    if st.button("改一个数值…", key="ask_figure"):
        _ask(page)
    _changes(page)


def _row(page: FiguresPage, rule: str) -> dict[str, str]:
    figures = [one for one in page.figures if one.rule == rule]
    own = [f"{_name(one)} {one.usual} → {one.now}" for one in figures if one.now != one.usual]
    return {
        "等级": severity_badge(figures[0].severity),
        "条件": plain(figures[0].wording),
        "依据": plain(clause_name(figures[0].clause)),
        "本单位的改动": f":orange-badge[{plain('；'.join(own))}]" if own else "",
    }


@st.dialog("改一个数值", width="large")
def _ask(page: FiguresPage) -> None:
    with st.form("change_figure", enter_to_submit=False, border=False):
        left, right = st.columns([3, 1])
        figure = left.selectbox("数值", page.figures, format_func=_said, key="figure")
        after = right.number_input("改成", 1, LARGEST, value=None, step=1, key="figure_after")
        reason = st.text_input("理由（必填，记入操作日志）", key="figure_reason", max_chars=200)
        done = st.form_submit_button("保存", type="primary", key="do_change_figure")
    if done and (figure is None or after is None):
        st.error("请选择数值并填写改成多少。")
    elif done and figure is not None and after is not None:
        _change(figure, int(after), reason or "")


def _change(figure: Figure, after: int, reason: str) -> None:
    def work(doing: acting.Doing) -> None:
        below, actor = doing.parts.desk.below_own_figures, acting.actor(doing.person)
        own_figures.change_figure(doing.parts.store, below, figure, after, reason, actor, doing.at, doing.request)

    if acting.do_in_dialog(f"figure|{figure}|{after}", "数值已改，今后的研判按新的数值", work):
        st.rerun(scope="app")


def _changes(page: FiguresPage) -> None:
    st.markdown("**改动的经过**")
    if not page.changes:
        st.caption("还没有改动：按随附的规则和设置文件。")
    wordings = {one.rule: one for one in page.figures}
    for made in page.changes[:50]:
        with st.container(horizontal=True, vertical_alignment="center"):
            rule = wordings.get(made.rule)
            about = (
                "已取消的规则"
                if rule is None
                else f"{rule.severity.label}（现为“{rule.wording}”，{clause_name(rule.clause)}）"
            )
            st.markdown(
                f"{moment(made.at)} {plain(made.actor)}：{plain(about)} {plain(FIGURE_NAMES.get(made.name, made.name))}"
                f" **{made.before} → {made.after}** :gray[{plain(made.reason)}]"
            )
            if made.may_undo and st.button("撤销", key=f"undo_figure_{made.seq}"):
                _undo(made)


def _undo(made: Changed) -> None:
    def work(doing: acting.Doing) -> None:
        own_figures.undo(
            doing.parts.store, doing.parts.desk.below_own_figures, made, acting.actor(doing.person), doing.at
        )

    acting.do(f"undo_figure|{made.seq}", "已撤销，今后按原来的数值", work)
    st.rerun(scope="app")


def _name(figure: Figure) -> str:
    return FIGURE_NAMES.get(figure.name, figure.name)


def _said(figure: Figure) -> str:
    return plain(f"{figure.severity.label}：{figure.wording} · {_name(figure)} {figure.now}")
