"""Finds out from the browser's cookie who is at the page; asked at every run and again at every act."""

from __future__ import annotations

import streamlit as st

from dashboard.backstage import backstage
from records.people import Person


def session_token() -> str | None:
    """The session token of the browser, or None where this desk did not sign it."""
    return backstage().signer.token_in(st.context.cookies)


def signed_in() -> Person | None:
    """Who is there, or None. A person who must change their password first is not let in."""
    person = backstage().person(session_token())
    return None if person is None or person.must_change_password else person


def show_sign_in() -> None:
    """Say that the session is over and where to sign in."""
    st.markdown("## 请先登录", anchors=False)
    st.text("登录已结束：可能已退出、超过时限，或账户已停用。")
    st.markdown("[去登录](/signin)")
