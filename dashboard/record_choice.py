"""Offers disclosure records to choose one from, found by their words: for a post, for an incident."""

from __future__ import annotations

import streamlit as st

from dashboard.backstage import backstage
from dashboard.record_search import record_index
from dashboard.wording import plain, shortened, with_plain_quotes
from pipeline.correcting import records_to_choose
from pipeline.views import may_read
from records.disclosures import Disclosure
from records.people import Person
from records.zone import CHINA

NO_RECORD = "不涉及任何公开事项"
HIDDEN = "（题目不向您显示）"


def offered_records(person: Person, linked: str | None, key: str) -> dict[str | None, tuple[str, str]]:
    """What can be chosen, each with what stands below it: no record, the one that is linked now, those found."""
    words = st.text_input("查找公开事项（题目、文号、单位、正文里的词，回车查找）", key=f"{key}_words", max_chars=100)
    with record_index() as index, backstage().store.reading() as t:
        found = records_to_choose(t, person, with_plain_quotes((words or "").strip()), index)
        now = None if linked is None else t.disclosures.get(linked)
    if words and not found:
        st.caption("没有找到含有这些词的公开事项，请换个词。")
    offered: dict[str | None, tuple[str, str]] = {None: (NO_RECORD, "")}
    if linked is not None:
        readable = now is not None and may_read(person, now)
        offered[linked] = _shown(now) if now is not None and readable else (HIDDEN, "现在关联的事项")
    return offered | {record.id: _shown(record) for record in found}


def _shown(record: Disclosure) -> tuple[str, str]:
    number = f"{record.doc_number} · " if record.doc_number else ""
    day = f"{record.published_at.astimezone(CHINA):%Y-%m-%d}"
    return plain(shortened(record.title, 60)), plain(f"{number}{record.unit} · {day} 公开")
