"""Merging, splitting and linking an incident: the dialogs, and what the page says of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.record_choice import HIDDEN, offered_records
from dashboard.visit import Visit
from dashboard.wording import count, moment, plain, shortened
from pipeline import merging, notify, relinking, splitting
from pipeline.incident_view import IncidentPage
from pipeline.meant import Meant
from pipeline.regrouping import Regrouping
from pipeline.regrouping_view import Target, posts_to_choose, targets
from pipeline.views import may_read
from records.disclosures import Disclosure
from records.incidents import Incident
from records.people import Person
from records.posts import Post


def draw_where(page: IncidentPage) -> None:
    """What of this incident is elsewhere: what it was merged into, what was merged into it, split from it or into it."""
    incident = page.incident
    if incident.merged_into is not None:
        st.info(
            f"本事件于 {moment(incident.closed_at)} 并入 {incident.merged_into}：帖文和没有办完的时限都在那里，这里只供查看。"
        )
        _way_to(f"去 {incident.merged_into}", incident.merged_into)
    if incident.split_from is not None:
        _way_to(f"由 {incident.split_from} 拆出", incident.split_from)
    for one in page.merged:
        _way_to(f"{one.id} 已并入本事件：{one.title}", one.id)
    for one in page.split_off:
        _way_to(f"由本事件拆出 {one.id}：{one.title}", one.id)


def _way_to(label: str, incident: str) -> None:
    """A button that opens another incident on this page."""
    if st.button(
        plain(shortened(label, 70)), key=f"way_to_{incident}", type="tertiary", icon=":material/arrow_forward:"
    ):
        st.query_params["id"] = incident
        st.rerun(scope="app")


@st.dialog("合并事件", width="large", on_dismiss="rerun")
def ask_merge(visit: Visit, incident: Incident) -> None:
    """Ask into which incident this one is to be merged, and what that says of the record."""
    st.text(
        "本事件并入另一个进行中的事件：帖文、协办单位和正在计时的时限都转过去，时限不重新计算、不延后，等级只升不降。"
        "本事件的编号、经过、报告和已公开的回应照旧可查。"
    )
    words = st.text_input("查找进行中的事件（编号、名称、单位里的词，回车查找）", key="merge_words", max_chars=60)
    with backstage().store.reading() as t:
        found = targets(t, visit.person, incident, (words or "").strip())
        records = {
            one.incident.id: _record(t.disclosures.get(one.incident.disclosure or ""), visit.person) for one in found
        }
    if not found:
        st.info("没有可并入的进行中事件。" if not words else "没有找到含有这些词的进行中事件，请换个词。")
        return
    target = st.radio(
        "并入哪个事件",
        found,
        index=None,
        format_func=lambda one: plain(shortened(one.incident.title, 60)),
        captions=[_caption(one) for one in found],
        key="merge_into",
    )
    asks = target is not None and target.incident.disclosure not in (None, incident.disclosure)
    says = _ask_record(records[target.incident.id]) if target is not None and asks else "same"
    with st.form("merge", enter_to_submit=False, border=False):
        reason = st.text_area("合并的理由（必填）", key="merge_reason", max_chars=300, height=80)
        done = st.form_submit_button("合并", type="primary", key="do_merge")
    if not done:
        return
    if target is None:
        st.error("请选择并入哪个事件。")
    elif says is None:
        st.error("请说明这些帖文说的是哪个公开事项。")
    elif _given(reason):
        _merge(incident, target, reason, says == "target")


def _ask_record(record: str) -> str | None:
    said = {"target": f"就是目标事件的“{record}”：原来的关联有误", "same": "仍是原来关联的事项，与目标事件是同一件事"}
    return st.radio(
        "两个事件关联的公开事项不同，被并入的帖文说的是",
        list(said),
        index=None,
        format_func=lambda one: plain(said[one]),
        captions=["全部帖文一并更正，以后的研判据此改进", "不更正关联；以后关联到原事项的帖文也归入目标事件"],
        key="merge_says",
    )


def _merge(incident: Incident, target: Target, reason: str, relinks: bool) -> None:
    def work(doing: acting.Doing) -> None:
        into = merging.Into(target.incident.id, reason, target.incident.revision, relinks)
        merging.merge(doing.parts.store, _meant(doing, incident), into, _how(doing))

    acting.do(f"merge|{incident.id}", f"已并入 {target.incident.id}", work)
    st.rerun(scope="app")


@st.dialog("拆分事件", width="large", on_dismiss="rerun")
def ask_split(visit: Visit, page: IncidentPage) -> None:
    """Ask which posts are to be an incident of their own, and which record that is about."""
    incident = page.incident
    st.text(
        "选中的帖文（连同近似的转帖）成为一个新事件，等级按规则另算，须另行签收；本事件的时限和等级不变。"
        "合并错了，也用拆分分开。"
    )
    came_with = None
    if page.merged:
        came_with = st.selectbox(
            "只看随哪个事件并入的",
            [one.id for one in page.merged],
            index=None,
            placeholder="全部帖文",
            key="split_came_with",
        )
    words = st.text_input("帖文里的词（可不填，回车查找）", key="split_words", max_chars=60)
    with backstage().store.reading() as t:
        choice = posts_to_choose(t, visit.person, incident, (words or "").strip(), came_with)
    everything = st.checkbox(f"选中全部符合条件的 {count(len(choice.ids))} 条", key="split_all")
    chosen = list(choice.ids) if everything else [one.id for one in _choose_posts(choice.shown)]
    records = offered_records(visit.person, incident.disclosure, "split_about")
    record = st.radio(
        "这些帖文说的是哪个公开事项",
        [*records],
        index=[*records].index(incident.disclosure),
        format_func=lambda one: records[one][0],
        captions=[caption for _, caption in records.values()],
        key="split_record",
    )
    with st.form("split", enter_to_submit=False, border=False):
        title = st.text_input("新事件的名称（必填）", key="split_title", max_chars=60) if record is None else None
        reason = st.text_area("拆分的理由（必填）", key="split_reason", max_chars=300, height=80)
        done = st.form_submit_button("拆分", type="primary", key="do_split")
    if done and not chosen:
        st.error("请选择要拆出的帖文。")
    elif done and record is None and not (title or "").strip():
        st.error("没有关联公开事项的，请填写新事件的名称。")
    elif done and _given(reason):
        _split(incident, splitting.Part(chosen, record, reason, title))


def _choose_posts(posts: Sequence[Post]) -> list[Post]:
    return st.multiselect(
        "选择要拆出的帖文",
        posts,
        format_func=lambda one: plain(f"{moment(one.seen_at)} {one.channel.label} {shortened(one.text, 50)}"),
        placeholder="可输入文字查找，可选多条",
        key="split_posts",
    )


def _split(incident: Incident, part: splitting.Part) -> None:
    def work(doing: acting.Doing) -> None:
        splitting.split(doing.parts.store, _meant(doing, incident), part, _how(doing))

    acting.do(f"split|{incident.id}", "已拆分为新事件，见本页上方的链接", work)
    st.rerun(scope="app")


@st.dialog("改关联的公开事项", width="large", on_dismiss="rerun")
def ask_relink(visit: Visit, incident: Incident) -> None:
    """Ask which record the incident is really about."""
    st.text(
        "事件和它的全部帖文改为关联另一个公开事项，帖文按人工更正记录，以后的研判据此改进。"
        "责任单位、等级和时限不变，需要换单位的另行转办。只有个别帖文关联有误的，请在“帖文”里逐条更正。"
    )
    records = offered_records(visit.person, incident.disclosure, "relink")
    records.pop(incident.disclosure)
    if not records:
        st.info("请先查找事件实际说的公开事项。")
        return
    record = st.radio(
        "实际说的是",
        [*records],
        index=None,
        format_func=lambda one: records[one][0],
        captions=[caption for _, caption in records.values()],
        key="relink_record",
    )
    with st.form("relink", enter_to_submit=False, border=False):
        title = st.text_input("事件名称（不涉及公开事项时必填）", key="relink_title", max_chars=60)
        reason = st.text_area("改关联的理由（必填）", key="relink_reason", max_chars=300, height=80)
        done = st.form_submit_button("改关联", type="primary", key="do_relink")
    if done and record is None and not (title or "").strip():
        st.error("请选择事件实际说的公开事项；不涉及任何公开事项的，请填写事件名称。")
    elif done and _given(reason):
        _relink(incident, relinking.Link(record, reason, title))


def _relink(incident: Incident, link: relinking.Link) -> None:
    def work(doing: acting.Doing) -> None:
        relinking.relink(doing.parts.store, _meant(doing, incident), link, _how(doing))

    acting.do(f"relink|{incident.id}", "已改关联，帖文随之更正", work)
    st.rerun(scope="app")


def _meant(doing: acting.Doing, incident: Incident) -> Meant:
    return Meant(incident.id, acting.actor(doing.person), doing.at, doing.request, incident.revision)


def _how(doing: acting.Doing) -> Regrouping:
    desk = doing.parts.desk
    return Regrouping(desk.below_own_figures, notify.stored_contacts, desk.escalation, desk.owed)


def _caption(one: Target) -> str:
    incident = one.incident
    unit = incident.unit or "单位未定"
    return plain(f"{incident.id} · {incident.severity.label} · {incident.state.label} · {unit} · {one.row.posts} 条")


def _record(record: Disclosure | None, person: Person) -> str:
    if record is None:
        return ""
    return shortened(record.title, 40) if may_read(person, record) else HIDDEN


def _given(reason: str | None) -> bool:
    """Whether a reason was written; says so where not, and the dialog stays."""
    if reason and reason.strip():
        return True
    st.error("请填写理由。")
    return False
