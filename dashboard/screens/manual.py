"""帮助: the manual of the watch (值班手册), a part at a time."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.manual_pictures import FOLDER, addressed
from dashboard.visit import Visit


def draw(visit: Visit) -> None:
    """Draw the part that is chosen; at first that about the desk."""
    parts = {title_of(text): text for text in map(_read, sorted(FOLDER.glob("*.md")))}
    if not parts:
        st.info("这里没有装值班手册：安装不完整，请管理员重新安装。")
        return
    chosen = st.segmented_control("值班手册", list(parts), default=next(iter(parts)), key="manual_part")
    text = parts[chosen or next(iter(parts))]
    with st.container(border=True, key="manual_text"):
        st.markdown(addressed(text).replace("\n## ", "\n#### ").replace("# ", "### ", 1))


def title_of(text: str) -> str:
    """The heading of a part."""
    return text.splitlines()[0].removeprefix("# ").strip()


def _read(file: Path) -> str:
    return file.read_text("utf-8")
