"""处置预案: what is to be done about an incident, by whom and by when; people tick steps and add their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.wording import clause_name, due, exact, moment, plain, shown_text
from nlp.admission import without_personal_data
from pipeline import checklists
from pipeline.checklists import Step
from pipeline.incident_view import IncidentPage
from pipeline.meant import Meant
from playbooks.engine import Task
from records.spans import span
from records.zone import CHINA

_WIDTHS = [1.6, 5, 1.4, 1.6, 1]
_DAYS_AHEAD = 60


def draw(page: IncidentPage) -> None:
    """Draw every step with its time; what was done through the desk is ticked by itself."""
    if page.playbook is None:
        st.info("没有适用于本等级的处置预案，请在 playbooks/library 中添加。")
    else:
        done = sum(task.done_at is not None for task in page.tasks)
        st.markdown(
            f"**{plain(page.playbook)}** {done}/{len(page.tasks)} 已做 "
            ":gray[签收、核实、报送、回应、办结在本系统里做过即自动打勾；其余由办理人登记]"
        )
    now = backstage().now()
    for task in page.tasks:
        with st.container(key=f"step_{task.step.replace('/', '_')}"):
            _task(page, task, now)
    if checklists.ADD in page.acts and st.button("增加一步…", icon=":material/add:", key="add_step"):
        _ask_step(page)


def _task(page: IncidentPage, task: Task, now: datetime) -> None:
    standing, what, who, latest, button = st.columns(_WIDTHS, vertical_alignment="center")
    standing.markdown(_standing(task, now))
    what.markdown(_what(task))
    who.markdown(plain(task.who))
    latest.markdown(_latest(task))
    if checklists.TICK not in page.acts or not task.by_hand:
        return
    if task.done_at is None and button.button("已做…", key=f"tick|{task.step}"):
        _ask_done(page, task)
    if task.done_at is not None and button.button("撤回…", key=f"untick|{task.step}", type="tertiary"):
        _ask_undone(page, task)


def _what(task: Task) -> str:
    grounds = ":blue-badge[自加]" if task.clause is None else f":gray[{clause_name(task.clause)}]"
    by = "，".join(plain(one) for one in (task.done_by, task.note) if one)
    return f"{plain(task.do)} {grounds}" + (f"  \n:gray[{by}]" if by else "")


def _latest(task: Task) -> str:
    if task.due_at is not None:
        return moment(task.due_at)
    return "未定" if task.after is None else f"{task.after.label}后计时"


def _standing(task: Task, now: datetime) -> str:
    if task.done_at is not None:
        return f":green-badge[已做] {moment(task.done_at)}"
    if task.due_at is not None and task.late(now):
        return f":orange-badge[已过时 {span(now - task.due_at)}]"
    return ":gray-badge[待办]"


@st.dialog("登记已做", on_dismiss="rerun")
def _ask_done(page: IncidentPage, task: Task) -> None:
    st.text(shown_text(task.do))
    with st.form("tick_step", enter_to_submit=False, border=False):
        note = st.text_area("怎样做的（可不填）", key="tick_note", max_chars=300, height=80)
        done = st.form_submit_button("登记已做", type="primary", key="do_tick_step")
    if done:
        _tick(page, task, note, done=True)


@st.dialog("撤回登记", on_dismiss="rerun")
def _ask_undone(page: IncidentPage, task: Task) -> None:
    st.text(shown_text(task.do))
    st.text(f"{exact(task.done_at)} {task.done_by} 登记已做")
    with st.form("untick_step", enter_to_submit=False, border=False):
        note = st.text_area("撤回的理由（必填）", key="untick_note", max_chars=300, height=80)
        done = st.form_submit_button("撤回登记", type="primary", key="do_untick_step")
    if done:
        _tick(page, task, note, done=False)


def _tick(page: IncidentPage, task: Task, note: str | None, *, done: bool) -> None:
    def work(doing: acting.Doing) -> None:
        checklists.tick(doing.parts.store, _meant(page, doing), task.step, done, note, without_personal_data)

    _do(page, f"tick|{task.step}|{done}", "已登记" if done else "登记已撤回", work)


@st.dialog("增加一步", on_dismiss="rerun")
def _ask_step(page: IncidentPage) -> None:
    now = backstage().now().astimezone(CHINA)
    days = [now.date() + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)]
    with st.form("add_step_form", enter_to_submit=False, border=False):
        text = st.text_area("要做什么（必填）", key="step_text", max_chars=300, height=80)
        who = st.text_input("由谁来做（单位或岗位，必填）", key="step_who", max_chars=60)
        left, right = st.columns(2)
        day = left.selectbox(
            "最迟哪天",
            days,
            index=None,
            placeholder="不限",
            format_func=lambda one: f"{one.month}月{one.day}日",
            key="step_day",
        )
        hour = right.selectbox(
            "几点以前", list(range(1, 25)), index=17, format_func=lambda one: f"{one}时", key="step_hour"
        )
        done = st.form_submit_button("增加", type="primary", key="do_add_step")
    if not done:
        return
    step = Step(text or "", who or "", None if day is None else _by(day, hour))

    def work(doing: acting.Doing) -> None:
        checklists.add_step(doing.parts.store, _meant(page, doing), step, without_personal_data)

    _do(page, "add_step", "步骤已增加" + (f"，最迟 {due(step.due_at)}" if step.due_at else ""), work)


def _by(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(0), CHINA) + timedelta(hours=hour)


def _meant(page: IncidentPage, doing: acting.Doing) -> Meant:
    return Meant(page.incident.id, acting.actor(doing.person), doing.at, doing.request)


def _do(page: IncidentPage, key: str, said: str, work: Callable[[acting.Doing], None]) -> None:
    acting.do(f"{key}|{page.incident.id}", said, work)
    st.rerun(scope="app")
