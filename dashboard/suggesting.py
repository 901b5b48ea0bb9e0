"""Carries what a person does with suggestions to the service layer; from a post it takes one press."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import acting
from dashboard.backstage import Backstage, backstage
from nlp.admission import without_personal_data
from pipeline import suggesting
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.suggesting import Handling
from pipeline.views import PostRow
from records.suggestions import Standing

_COLOURS = {
    Standing.TO_ANSWER: "orange",
    Standing.TO_CARRY_OUT: "blue",
    Standing.TO_FEED_BACK: "orange",
    Standing.TO_REPORT: "orange",
    Standing.TO_FINISH: "violet",
    Standing.FINISHED: "green",
    Standing.VOID: "gray",
}


def handling(parts: Backstage) -> Handling:
    """What acts on suggestions need, as the settings say."""
    return Handling(parts.desk.suggestion_rules, without_personal_data, stored_contacts)


def act(key: str, said: str, suggestion: str, work: Callable[[acting.Doing, Meant], None]) -> None:
    """Do something with a suggestion for the person who is signed in, and draw the page anew."""

    def carried(doing: acting.Doing) -> None:
        work(doing, Meant(suggestion, acting.actor(doing.person), doing.at, doing.request))

    acting.do(f"suggestion|{key}|{suggestion}", said, carried)
    st.rerun(scope="app")


def standing_badge(standing: Standing) -> str:
    """The standing as a markdown badge."""
    return f":{_COLOURS[standing]}-badge[{standing.label}]"


def way_label(way: str | None) -> str:
    """How a suggestion came in, or was answered, as people read it."""
    rules = backstage().desk.suggestion_rules
    known = rules.way(way) or rules.feedback_way(way)
    return known.label if known is not None else way or ""


def suggest_button(row: PostRow) -> None:
    """The button by which a person takes a post for a suggestion; the number of the suggestion where somebody did."""
    if row.suggestion is not None:
        st.caption(f"已记为意见建议 {row.suggestion}")
    elif row.may_suggest and st.button(
        "记为意见建议", key=f"suggest_{row.post.id}", type="tertiary", icon=":material/forum:"
    ):
        _register(row.post.id)


def _register(post_id: str) -> None:
    def work(doing: acting.Doing) -> None:
        actor = acting.actor(doing.person)
        suggesting.register_post(doing.parts.store, post_id, actor, doing.at, handling(doing.parts))

    acting.do(f"suggest|{post_id}", "已记为意见建议，见“意见建议”页", work)
    st.rerun(scope="app")
