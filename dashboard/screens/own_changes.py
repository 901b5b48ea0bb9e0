"""The changes that an office made to values of its own, each with who, when and why, and taken back by a button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import acting
from dashboard.wording import moment, plain
from pipeline import own_values
from pipeline.own_values import Ground, Made

_SHOWN = 50


def draw(
    made: Sequence[Made], ground: Ground, label: Callable[[str], str], shown: Callable[[str, object], str], key: str
) -> None:
    """Draw the newest changes: `label` says what a value is called, `shown` how it is read."""
    st.markdown("**改动的经过**")
    if not made:
        st.caption("还没有改动：按随附的规则和设置文件。")
    for one in made[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center"):
            before, after = plain(shown(one.name, one.before)), plain(shown(one.name, one.after))
            st.markdown(
                f"{moment(one.at)} {plain(one.actor)}：{plain(label(one.name))} **{before} → {after}** "
                f":gray[{plain(one.reason)}]"
            )
            if one.may_undo and st.button("撤销", key=f"undo_{key}_{one.seq}"):
                _undo(one, ground, key)


def _undo(made: Made, ground: Ground, key: str) -> None:
    def work(doing: acting.Doing) -> None:
        own_values.undo(doing.parts.store, ground, made, acting.actor(doing.person), doing.at)
        doing.parts.desk.following.look_again()

    acting.do(f"undo_{key}|{made.seq}", "已撤销，今后按原来的", work)
    st.rerun(scope="app")
