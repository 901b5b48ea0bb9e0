"""拟公开事项: one proposal with its form, its marks, the signatures that it has and the one that it waits for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import streamlit as st

from casework.disclosures import approval_form
from casework.disclosures.annex import Approval
from casework.disclosures.procedure import Given
from dashboard import acting, catalogue_items, exporting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import facts
from dashboard.screens import due_days, proposal_form, proposal_interpretation, risk
from dashboard.screens.proposals import waits
from dashboard.visit import Visit, chosen_item
from dashboard.wording import clause_name, moment, plain, safe_link, shown_text
from pipeline import proposal_view, proposing
from pipeline.catalogue_view import items_named
from pipeline.meant import Meant
from pipeline.proposal_view import ProposalPage
from pipeline.publication_log import NO_PAGE, Page, online_names
from records.proposals import Flag, Noted, ProposalEntry
from records.words import Attribute, Scope
from regulation.catalogue import Chosen
from regulation.clauses import citation
from regulation.procedures import PUBLISH


def draw(visit: Visit) -> None:
    """Draw the proposal named in the address."""
    visit.link(Place.PROPOSALS, "← 拟公开事项")
    chosen = chosen_item()
    page = None
    if chosen is not None:
        with backstage().store.reading() as t:
            page = proposal_view.page(t, visit.person, chosen)
    if page is None:
        st.warning("没有这件拟公开事项，或它不属于您可以查看的范围。请从“拟公开事项”打开。")
        return
    st.markdown(f"### {plain(page.form.title)}", anchors=False)
    _steps(page)
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        _form(visit, page)
    with right:
        due_days.draw_day(page.proposal)
        _to_do(page)
        _course(page)


def _steps(page: ProposalPage) -> None:
    """The steps in a row: done, now, to come."""
    now, steps = page.proposal.standing, page.proposal.procedure.steps
    if now.end is not None:
        st.markdown(" → ".join(f":gray-badge[{step.label}]" for step in steps) + f" :blue-badge[{now.end.label}]")
        return
    reached = steps.index(now.step) if now.step is not None else len(steps)
    colours = ["green"] * reached + ["orange"] + ["gray"] * len(steps)
    st.markdown(" → ".join(f":{colour}-badge[{step.label}]" for colour, step in zip(colours, steps, strict=False)))


def _form(visit: Visit, page: ProposalPage) -> None:
    kept, form, now = page.proposal.kept, page.form, page.proposal.standing
    facts(
        [
            ("编号", kept.id),
            ("填报部门", plain(form.unit) + ("（牵头）" if form.joint else "")),
            ("填表日期", "" if form.filled_on is None else f"{form.filled_on:%Y-%m-%d}"),
            ("文号", plain(form.doc_number or "")),
            ("公开属性", _attribute(page)),
            ("公开范围", _words([form.audience and form.audience.label, form.audience_note])),
            ("公开方式", _words([one.label for one in form.manners])),
            ("公开平台", _words(form.platforms)),
            ("公开时限", _words([form.time_kind and form.time_kind.label, form.period and form.period.label])),
            ("事项确定之日", _day(form.decided_on)),
            ("计划公开日期", _day(form.planned_on)),
            ("工作完成日期", _day(form.ends_on)),
            ("目录事项", plain(form.catalogue_item or "")),
            ("联合发文单位" if form.joint else "涉及单位", _words(form.co_units)),
            ("起草部门", plain(form.drafting_unit or "")),
            ("风险等级", form.risk.label if form.risk else ""),
            (
                "性质",
                _words(
                    [
                        form.document and "公文",
                        form.with_government and "党政联合发文",
                        form.important and "重要信息",
                        form.interpreted and "需解读",
                    ]
                ),
            ),
            (f"{form.purpose.label}说明", plain(form.explanation or "")),
        ]
    )
    if form.record is not None:
        visit.link(Place.RECORD, f"所涉公开事项 {form.record}", form.record)
    if now.published is not None:
        visit.link(Place.RECORD, "查看已公开的事项", form.record or kept.id)
    _print(page)
    risk.link(visit, kept.id)
    _items(visit, page)
    with st.expander("正文", expanded=len(form.body) < 600):
        st.text(shown_text(form.body) or "（无正文）")
    proposal_interpretation.draw(page)


def _print(page: ProposalPage) -> None:
    """The approval form as it stands, to be printed."""
    proposal, name = page.proposal, backstage().desk.organisation.name
    approval = Approval(name, proposal.kept.id, proposal.procedure, proposal.standing, proposal.entries)
    st.download_button(
        "下载审批表 .docx",
        lambda: approval_form.render(approval),
        f"审批表 {proposal.kept.id}.{approval_form.EXTENSION}",
        exporting.DOCX,
        on_click="ignore",
        icon=":material/download:",
        key="approval_form",
    )


def _items(visit: Visit, page: ProposalPage) -> None:
    form = page.form
    scope = Scope.PUBLIC if form.audience is None else form.audience.scope
    with backstage().store.reading() as t:
        named = items_named(t, form.catalogue_item, Chosen(scope, form.platforms, form.time_kind, form.period))
    catalogue_items.draw(visit, named)


def _attribute(page: ProposalPage) -> str:
    now, form = page.proposal.standing, page.form
    said = now.attribute.label if now.attribute is not None else ":red-badge[未注明]"
    decided = "" if now.attribute in (None, form.attribute) else "（签发人决定）"
    return said + decided + (f"：{plain(form.attribute_reason)}" if form.attribute_reason else "")


def _to_do(page: ProposalPage) -> None:
    now = page.proposal.standing
    if now.end is None:
        with st.container(border=True, key="proposal_to_do"):
            st.markdown("**现在要办的**")
            st.markdown(waits(page))
            for said in page.lacks:
                st.warning(plain(said), icon=":material/rule:")
            for given in page.signs:
                if st.button(f"{given.sign.label}…", type="primary", key=f"sign_{given.sign.sign}_{given.unit}"):
                    _sign(page, given)
            _other_deeds(page)
    _flags(page, now.flags)


def _other_deeds(page: ProposalPage) -> None:
    deeds: list[tuple[bool, str, str, Callable[[ProposalPage], None]]] = [
        (page.may_fill, "修改审批表…", "change", _change),
        (page.may_interpret, "写解读材料…", "interpret", proposal_interpretation.write),
        (page.may_return, "退回…", "return", _send_back),
        (page.may_extend, "批准延期…", "extend", _extend),
        (page.may_drop, "撤回…", "drop", _drop),
    ]
    with st.container(horizontal=True):
        for offered, label, key, draw_deed in deeds:
            if offered and st.button(label, key=f"proposal_{key}"):
                draw_deed(page)


def _change(page: ProposalPage) -> None:
    proposal_form.change(page.proposal, page.form)


def _flags(page: ProposalPage, flags: Sequence[Flag]) -> None:
    if not flags:
        return
    with st.container(border=True, key="proposal_flags"):
        st.markdown(f":red-badge[保密和隐私提示 {len(flags)}] 核销以前不能审批和公开。")
        for flag in flags:
            st.markdown(
                f"**{plain(flag.found)}**　:gray[{plain(flag.place)} · {plain(flag.why)}（{citation(flag.clause)}）]"
            )
            if page.may_clear and st.button("核销…", key=f"clear_{flag.key}"):
                _clear(page, flag)
        if not page.may_clear:
            st.caption("请填报部门改正内容；内容无误的，由保密负责人写明理由核销。")


def _course(page: ProposalPage) -> None:
    st.markdown("**办理经过**")
    for entry in reversed(page.proposal.entries):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"{_deed(page, entry)} :gray[{plain(entry.actor)} · {moment(entry.at, backstage().now())}]")
            if entry.reason and page.reasons:
                st.text(shown_text(entry.reason))
            link = safe_link(entry.link)
            if link is not None:
                st.link_button("查看公开页面", link, type="tertiary", icon=":material/open_in_new:")


def _deed(page: ProposalPage, entry: ProposalEntry) -> str:
    if entry.noted is Noted.SIGNED:
        row = page.proposal.procedure.sign(entry.sign or "")
        void = "" if entry in page.proposal.standing.held.values() else " :gray-badge[已失效]"
        decided = f"：{entry.attribute.label}" if entry.attribute is not None else ""
        return f":green-badge[{row.label if row else entry.sign}{decided}]{void}"
    if entry.noted is Noted.EXTENDED:
        return f":orange-badge[延期至 {_day(entry.until)}]"
    colour = "red" if entry.noted in (Noted.RETURNED, Noted.DROPPED) else "blue"
    return f":{colour}-badge[{entry.noted.label}]"


@st.dialog("签署")
def _sign(page: ProposalPage, given: Given) -> None:
    sign, now = given.sign, page.proposal.standing
    st.markdown(f"**{sign.label}**　:gray[{plain(given.unit)} · {clause_name(sign.clause)}]")
    if (other := page.namesakes.get(sign.sign)) is not None:
        st.warning(
            f"相关的一道签署由“{plain(other)}”签署，与您的姓名只差加注：这一道须由另一个人签署。是同一个人的，请不要签。",
            icon=":material/person_alert:",
        )
    attribute: Attribute | None = None
    with st.form("sign_proposal", enter_to_submit=False, border=False):
        if sign.decides:
            current = now.attribute or Attribute.OPEN
            attribute = st.radio(
                "是否公开",
                list(Attribute),
                list(Attribute).index(current),
                format_func=lambda one: one.label,
                horizontal=True,
            )
        reason = st.text_area(
            "意见（改变公开属性时必填）" if sign.decides else "意见", max_chars=1000, key="sign_reason"
        )
        published = NO_PAGE if sign.sign != PUBLISH else _published(page)
        done = st.form_submit_button("签署" if sign.sign != PUBLISH else "登记已公开", type="primary", key="do_sign")
    if done:
        _do(
            f"sign|{page.proposal.kept.id}|{sign.sign}|{given.unit}",
            f"已签署：{sign.label}",
            lambda doing: proposing.sign(
                doing.parts.store,
                _meant(page, doing),
                sign.sign,
                given.unit,
                reason,
                attribute,
                published,
                doing.parts.desk.platforms,
                doing.parts.desk.proposing.check,
            ),
        )


def _published(page: ProposalPage) -> Page:
    """Where it is read now; one address may be that of several platforms."""
    st.caption("本系统不代发内容：请先在批准的平台上发布，再登记网址；登记后即列入公开事项，开始关注反映。")
    if page.form.interpreted:
        st.caption("解读材料须与文件同步公开：请一并发布。")
    link = st.text_input("公开页面的网址（没有可不填）", max_chars=500, key="sign_link")
    online = online_names(page.form.platforms, backstage().desk.platforms)
    if len(online) < 2:
        return Page(link)
    on = st.multiselect(
        "这个网址是哪些平台的页面（各平台各有网址的，只留它那一个，其余在事项页登记）",
        online,
        online,
        format_func=plain,
        placeholder="请选择",
        key="sign_link_on",
    )
    return Page(link, tuple(on))


@st.dialog("退回")
def _send_back(page: ProposalPage) -> None:
    st.caption("已有的签署随之失效，填报部门改后重新审签。")
    _with_reason(page, "return", "退回的理由", "退回", "已退回", proposing.send_back)


@st.dialog("撤回")
def _drop(page: ProposalPage) -> None:
    st.caption("不再公开这件事项。已有的记录保留。")
    _with_reason(page, "drop", "撤回的理由", "撤回", "已撤回", proposing.drop)


@st.dialog("核销提示")
def _clear(page: ProposalPage, flag: Flag) -> None:
    st.markdown(f"**{plain(flag.found)}**　:gray[{plain(flag.why)}]")
    _with_reason(
        page,
        f"clear_{flag.key}",
        "可以公开的理由（与您的姓名一并记录）",
        "核销",
        "已核销",
        lambda store, meant, reason: proposing.clear(store, meant, flag.key, reason),
    )


@st.dialog("批准延期")
def _extend(page: ProposalPage) -> None:
    with st.form("extend_proposal", enter_to_submit=False, border=False):
        until = st.date_input(
            "延至", proposal_form.today() + timedelta(days=7), format="YYYY-MM-DD", key="extend_until"
        )
        reason = st.text_area("理由", max_chars=500, key="extend_reason")
        done = st.form_submit_button("批准延期", type="primary", key="do_extend")
    if done:
        day = until if isinstance(until, date) else None
        _do(
            f"extend|{page.proposal.kept.id}",
            "已批准延期",
            lambda doing: proposing.extend(doing.parts.store, _meant(page, doing), day, reason),
        )


def _with_reason(page: ProposalPage, key: str, label: str, button: str, said: str, deed: Callable[..., None]) -> None:
    with st.form(f"proposal_{key}_form", enter_to_submit=False, border=False):
        reason = st.text_area(label, max_chars=1000, key=f"{key}_reason")
        done = st.form_submit_button(button, type="primary", key=f"do_{key}")
    if done:
        _do(
            f"{key}|{page.proposal.kept.id}",
            said,
            lambda doing: deed(doing.parts.store, _meant(page, doing), reason),
        )


def _meant(page: ProposalPage, doing: acting.Doing) -> Meant:
    return Meant(page.proposal.kept.id, acting.actor(doing.person), doing.at, doing.request, page.proposal.forms)


def _do(key: str, said: str, work: Callable[[acting.Doing], None]) -> None:
    if acting.do_in_dialog(key, said, work):
        st.rerun(scope="app")


def _words(parts: Sequence[object]) -> str:
    return "、".join(plain(str(part)) for part in parts if part)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y-%m-%d}"
