"""公开事项: one published record with its text and watch terms, the reaction to it and its incidents."""

from __future__ import annotations

import streamlit as st

from dashboard import catalogue_items
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import facts, post_block
from dashboard.screens import proposal_form, record_archive, record_publications, risk
from dashboard.suggesting import standing_badge
from dashboard.visit import Visit, chosen_item
from dashboard.wording import count, moment, plain, safe_link, severity_badge, shown_text, state_badge
from nlp.watch_terms import derived_terms
from pipeline import ledger_view, proposal_view, suggestion_view
from pipeline.ledger_view import RecordPage
from records.disclosures import Disclosure
from records.words import Purpose, Scope, Sentiment

_POSTS_A_PAGE = 10
_SUGGESTIONS = 5
"""So many suggestions stand on the page."""


def draw(visit: Visit) -> None:
    """Draw the record named in the address."""
    visit.link(Place.LEDGER, "← 公开事项台账")
    chosen = chosen_item()
    page = None
    if chosen is not None:
        with backstage().store.reading() as t:
            page = ledger_view.record_page(t, visit.person, chosen)
    if page is None:
        st.warning("没有这条公开事项，或它不属于您可以查看的范围。请从台账打开。")
        return
    _record(visit, page)


def _record(visit: Visit, page: RecordPage) -> None:
    record, now = page.record, backstage().now()
    withdrawn = " :red-badge[已撤回]" if record.withdrawn else ""
    st.markdown(f"### {plain(record.title)}{withdrawn}", anchors=False)
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        terms = record.watch_terms or derived_terms(record)
        facts(
            [
                ("编号", plain(record.id)),
                ("文号", plain(record.doc_number or "无")),
                ("责任单位", plain(record.unit)),
                ("公开范围", record.scope.label),
                ("公开时间", moment(record.published_at, now)),
                ("目录项", plain(record.catalogue_item or "")),
                ("风险等级", record.risk.label if record.risk else ""),
                ("版本", f"第 {record.version} 版" + (f"：{plain(record.explanation)}" if record.explanation else "")),
                ("关注词", "、".join(plain(term) for term in terms) + ("" if record.watch_terms else "（系统提取）")),
            ]
        )
        catalogue_items.draw(visit, page.items)
        link = safe_link(record.url)
        if link is not None:
            st.link_button("查看公开页面", link, type="tertiary", icon=":material/open_in_new:")
        with st.expander("正文", expanded=len(record.body) < 600):
            st.text(shown_text(record.body) or "（无正文）")
        if record.interpretation:
            with st.expander("解读材料"):
                st.text(shown_text(record.interpretation))
        _other_versions(visit, record)
        risk.beside(visit, record.id)
        record_publications.draw(visit, page)
        if Place.PUBLIC.opens_to(visit.person) and record.scope is Scope.PUBLIC:
            visit.link(Place.PUBLIC, "回应公开：这一事项的条目", record.id)
        record_archive.draw(visit, page)
    with right:
        _reaction(visit, page)


def _other_versions(visit: Visit, record: Disclosure) -> None:
    """Where the record came from, and what its unit may propose of it."""
    with backstage().store.reading() as t:
        known = proposal_view.of_record(t, visit.person, record.id)
    for page in known:
        visit.link(
            Place.PROPOSAL,
            f"{page.form.purpose.label}审签 {page.proposal.kept.id}（{page.step}）",
            page.proposal.kept.id,
        )
    unit = proposal_view.may_begin(visit.person, backstage().desk.proposing.office)
    if unit != record.unit or record.withdrawn or any(page.proposal.kept.ended is None for page in known):
        return
    with st.container(horizontal=True):
        for purpose, label in ((Purpose.CORRECTION, "更正…"), (Purpose.WITHDRAWAL, "撤回…")):
            if st.button(label, key=f"record_{purpose.value}"):
                proposal_form.begin(visit, proposal_form.another_version(record, purpose))


def _reaction(visit: Visit, page: RecordPage) -> None:
    now = backstage().now()
    numbers = "　".join(
        f"{sentiment.label} **{count(page.by_sentiment.get(sentiment, 0))}**" for sentiment in Sentiment
    )
    st.markdown(f"反映 **{count(page.row.posts)}** 条　{numbers}")
    for row in page.incidents:
        with st.container(border=True, gap="xsmall"):
            st.markdown(
                f"{severity_badge(row.severity)} {state_badge(row.state)} :gray[发现 {moment(row.detected_at, now)}]"
            )
            visit.link(Place.INCIDENT, f"{row.id} {row.title}", row.id)
    _suggestions(visit, page.record.id)
    if not page.row.posts:
        st.info("还没有收到关于这个事项的反映。")
    pages = -(-page.row.posts // _POSTS_A_PAGE)
    number = st.pagination(pages, key=f"posts_{page.record.id}") if pages > 1 else 1
    with backstage().store.reading() as t:
        found = ledger_view.record_posts(t, visit.person, page.record, _POSTS_A_PAGE, (number - 1) * _POSTS_A_PAGE)
    for post in found:
        post_block(post, now)


def _suggestions(visit: Visit, record_id: str) -> None:
    """The suggestions on the record, as far as the person may see them."""
    now = backstage().now()
    with backstage().store.reading() as t:
        rows = suggestion_view.ledger(t, visit.person, now, record=record_id)
    if not rows:
        return
    with st.container(key="record_suggestions", gap="xsmall"):
        st.markdown(f"意见建议 **{len(rows)}** 件")
        for row in rows[:_SUGGESTIONS]:
            with st.container(border=True, gap="xsmall"):
                st.markdown(f"{standing_badge(row.course.standing)} :gray[{plain(row.course.unit or '未定承办单位')}]")
                visit.link(Place.SUGGESTION, f"{row.suggestion.id} {row.suggestion.text}", row.suggestion.id)
        if len(rows) > _SUGGESTIONS:
            visit.link(Place.SUGGESTIONS, f"另有 {len(rows) - _SUGGESTIONS} 件，见意见建议台账")
