"""Lets the page of an incident open at another tab next time: an act often ends where the next thing is to be done."""

from __future__ import annotations

import streamlit as st

_LEAD = "lead_to_tab"


def lead_to(tab: str) -> None:
    """Let the page open at that tab when it is drawn anew."""
    st.session_state[_LEAD] = tab


def led_to() -> str | None:
    """At which tab the page is to open now; None where it stays where it is. Asked once."""
    tab: str | None = st.session_state.pop(_LEAD, None)
    return tab
