"""搜索: finds posts by words and time."""

from __future__ import annotations

import streamlit as st

from dashboard.visit import Visit


def draw(visit: Visit) -> None:
    """Draw the form and what was found."""
    st.info("搜索正在准备。")
