"""归档: the incidents that have ended and wait to be put away, and one by itself with its packages."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import facts
from dashboard.screens import record_archive
from dashboard.visit import Visit, chosen_item
from dashboard.wording import count, due, moment, plain, severity_badge, state_badge
from pipeline import archive_view, archiving
from pipeline.archive_view import ArchivePage, ToArchive
from records.naming import office_name


def draw_incident(visit: Visit) -> None:
    """Draw the incident named in the address."""
    visit.link(Place.ARCHIVE, "← 待归档的事件")
    chosen = chosen_item()
    page = None
    if chosen is not None:
        with backstage().store.reading() as t:
            page = archive_view.page(t, visit.person, chosen)
    if page is None:
        st.warning("没有这个事件，或它不属于您可以归档的范围。")
        return
    _page(visit, page)


def draw(visit: Visit) -> None:
    """Draw what waits."""
    with backstage().store.reading() as t:
        found, total = archive_view.to_archive(t, visit.person)
    st.markdown(f"### 已结束、待归档的事件 · {total}", anchors=False)
    if not found:
        st.info("已办结和已排除的事件都归档了。公开事项在各自的页面归档。")
    for one in found:
        with st.container(border=True, key=f"to_archive_{one.incident.id}"):
            _line(visit, one)
    if total > len(found):
        st.caption(f"另有 {total - len(found)} 个，归档上面的之后列出。")


def _line(visit: Visit, one: ToArchive) -> None:
    incident, now = one.incident, backstage().now()
    badges, title, button = st.columns([1.6, 5.4, 1.2], vertical_alignment="center")
    badges.markdown(f"{severity_badge(incident.severity)} {state_badge(incident.state)}")
    with title:
        visit.link(Place.PUT_AWAY, incident.title, incident.id)
        before = "" if one.put_away is None else f" · {moment(one.put_away, now)} 归档过，之后才结束"
        st.caption(
            f"{incident.id} · {plain(incident.unit or office_name())} · {moment(incident.closed_at)} 结束{before}"
        )
    with button:
        if one.owed is None:
            _put_away(incident.id, "row")
        else:
            st.caption("待总结评估")


def _page(visit: Visit, page: ArchivePage) -> None:
    incident = page.incident
    st.markdown(f"### {plain(incident.title)}", anchors=False)
    st.markdown(f"{severity_badge(incident.severity)} {state_badge(incident.state)} :gray[编号 {incident.id}]")
    facts(
        [
            ("责任单位", plain(incident.unit or office_name())),
            ("立案时间", moment(incident.opened_at)),
            ("结束时间", "" if incident.closed_at is None else moment(incident.closed_at)),
            ("等级变化", "、".join(f"{moment(one.at)} {one.severity.label}" for one in page.history)),
            ("帖文", f"{count(page.posts)} 条（归档包里只有条数）"),
            ("报告", f"{page.reports} 件"),
            ("公开回应", f"{page.responses} 件"),
        ]
    )
    if page.record is not None:
        visit.link(Place.RECORD, f"公开事项：{page.record.title}", page.record.id)
    else:
        st.caption("没有关联公开事项（人工登记）。")
    if page.packages:
        record_archive.draw_packages(page.packages)
    if incident.state.ongoing:
        st.caption("事件尚未办结：现在归档的包会注明，办结后应再归档一次。")
    if page.owed is None:
        _put_away(incident.id, "page")
    else:
        st.info(f"还没有签发总结评估（最迟 {due(page.owed.due_at)}），签发以后才能归档（第四十五条）。")


def _put_away(incident_id: str, place: str) -> None:
    key = f"archive_{place}_{incident_id}"

    def work(doing: Doing) -> None:
        actor, shelf = acting.actor(doing.person), doing.parts.desk.archive_shelf
        archiving.archive_incident(doing.parts.store, incident_id, actor, doing.at, shelf, doing.request)

    if st.button("归档成包", key=key, icon=":material/inventory_2:", help="把这个事件的全部材料装成一包；以前的包不动"):
        acting.do(key, "已归档。", work)
        st.rerun()
