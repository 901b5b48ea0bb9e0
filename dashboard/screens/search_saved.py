"""Offers the searches that a person has saved, and saves the one that stands in the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from nlp.admission import without_personal_data
from pipeline import saved_searches
from records.people import Person
from records.searches import Search

_CHOSEN = "search_saved"


def choose(person: Person, sources: Mapping[str, str]) -> None:
    """Draw the person's searches; the one that is chosen is put into the form below."""
    with backstage().store.reading() as t:
        mine = saved_searches.saved(t, person)
    if not mine:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "已存的搜索",
            [None, *mine],
            format_func=lambda one: one or "选一个…",
            key=_CHOSEN,
            on_change=_put_into_form,
            args=(mine, sources),
            width=360,
        )
        if name is not None and st.button("删去", key="search_forget", icon=":material/delete:", type="tertiary"):
            _forget(name)


def keep(search: Search) -> None:
    """Draw the button that saves what was looked for."""
    with st.popover("保存搜索", icon=":material/bookmark_add:", type="tertiary"), st.form("search_keep", border=False):
        name = st.text_input("名称", max_chars=saved_searches.LONGEST_NAME, key="search_name")
        st.caption("连同条件存在自己名下；“最近几天”以后按当时往前算。")
        if st.form_submit_button("保存"):
            _save(name or "", search)


def _put_into_form(mine: Mapping[str, Search], sources: Mapping[str, str]) -> None:
    search = mine.get(st.session_state.get(_CHOSEN) or "")
    if search is None:
        return
    for field in fields(Search):
        value = getattr(search, field.name)
        known = field.name != "source" or value is None or value in sources
        st.session_state[f"search_{field.name}"] = value if known else None


def _save(name: str, search: Search) -> None:
    def work(doing: Doing) -> None:
        saved_searches.save(doing.parts.store, doing.person, name, search, doing.at, without_personal_data)

    acting.do("search_keep", f"已保存“{name.strip()}”。", work)
    st.rerun()


def _forget(name: str) -> None:
    def work(doing: Doing) -> None:
        saved_searches.forget(doing.parts.store, doing.person, name, doing.at)

    acting.do("search_forget", f"已删去“{name}”。", work)
    del st.session_state[_CHOSEN]
    st.rerun()
