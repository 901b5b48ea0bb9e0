"""账户: who may sign in: adding one, importing many, changing, resetting, disabling; first passwords are shown once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard import acting, exporting
from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.wording import plain
from pipeline import accounts
from pipeline.people_file import read_people, template
from pipeline.people_import import HEADING, MOST, Imported, import_people
from pipeline.refusals import Refused
from records.people import Person
from records.spreadsheets import Unreadable, table_of
from records.words import Role

_NEW_PASSWORD = "new_password"
_IMPORTED = "people_imported"
_MOST_MB = 5


def draw(people: list[Person]) -> None:
    """Draw the accounts, and the forms that add, import and change them."""
    shown = st.session_state.pop(_NEW_PASSWORD, None)
    if shown is not None:
        who, password = shown
        st.success(f"{plain(who)} 的初始密码（只显示这一次，请当面或电话告知，首次登录须修改）：")
        st.code(password, language=None)
    table([_person(person) for person in people])
    left, right = st.columns(2, gap="large")
    with left:
        _add()
    with right:
        _change(people)
    _import()


def put_away() -> None:
    """Forget the first passwords that were shown: the page or tab was left."""
    st.session_state.pop(_NEW_PASSWORD, None)
    st.session_state.pop(_IMPORTED, None)


def _person(person: Person) -> dict[str, str]:
    locked = person.locked_until is not None and person.locked_until > backstage().now()
    state = ":red-badge[已停用]" if not person.active else ":orange-badge[已锁定]" if locked else ":green-badge[可用]"
    return {
        "用户名": plain(person.username),
        "姓名": plain(person.name),
        "身份": person.role.label,
        "单位": plain(person.unit or "—"),
        "状态": state,
        "密码": "初始密码，未修改" if person.must_change_password else "已修改",
    }


def _add() -> None:
    st.markdown("**添加账户**")
    with st.form("add_person", enter_to_submit=False):
        username = st.text_input("用户名（小写字母、数字）", key="new_username", max_chars=40)
        name = st.text_input("姓名", key="new_name", max_chars=40)
        role = st.selectbox("身份", list(Role), format_func=lambda one: one.label, key="new_role")
        unit = st.text_input("所属单位（责任单位必填）", key="new_unit", max_chars=80)
        done = st.form_submit_button("添加", type="primary", key="do_add_person")
    if done:
        person = Person((username or "").strip(), (name or "").strip(), role or Role.DUTY, (unit or "").strip() or None)
        _do(
            "add_person",
            "账户已添加",
            person.username,
            lambda one: accounts.create(one.parts.store, person, one.at, one.person),
        )


def _change(people: list[Person]) -> None:
    st.markdown("**重设密码、停用、启用**")
    with st.form("change_person", enter_to_submit=False):
        names = {person.username: f"{person.name}（{person.username}）" for person in people}
        who = st.selectbox("账户", list(names), format_func=lambda one: plain(names[one]), key="changed_person") or ""
        with st.container(horizontal=True):
            reset = st.form_submit_button("重设密码", key="do_reset_password")
            disable = st.form_submit_button("停用", key="do_disable")
            enable = st.form_submit_button("启用", key="do_enable")
            alter = st.form_submit_button("修改…", key="do_change_person")
    if reset:
        _do("reset", "密码已重设", who, lambda one: accounts.reset_password(one.parts.store, who, one.at, one.person))
    if disable:
        _do("disable", "账户已停用", who, lambda one: accounts.disable(one.parts.store, who, one.at, one.person))
    if enable:
        _do("enable", "账户已启用", who, lambda one: accounts.enable(one.parts.store, who, one.at, one.person))

    if alter:
        _ask_change(next(person for person in people if person.username == who))


@st.dialog("修改账户", on_dismiss="rerun")
def _ask_change(person: Person) -> None:
    st.caption("身份或单位变了的，正在进行的登录随之结束，重新登录后按新的身份办理。")
    with st.form("alter_person", enter_to_submit=False, border=False):
        name = st.text_input("姓名", person.name, key="altered_name", max_chars=40)
        roles = list(Role)
        role = st.selectbox(
            "身份", roles, roles.index(person.role), format_func=lambda one: one.label, key="altered_role"
        )
        unit = st.text_input("所属单位（责任单位必填）", person.unit or "", key="altered_unit", max_chars=80)
        done = st.form_submit_button("保存", type="primary", key="do_alter_person")
    if done:
        after = replace(person, name=name or "", role=role or person.role, unit=unit)
        _do(
            "alter",
            "账户已修改",
            person.username,
            lambda one: accounts.change(one.parts.store, person.username, after, one.at, one.person),
        )


def _import() -> None:
    """The form by which many are added, and what became of the last file."""
    st.markdown("**从表格导入**")
    _imported()
    headings, rows = template()
    st.download_button(
        "模板 .xlsx",
        exporting.xlsx(headings, rows, "账户"),
        "账户模板.xlsx",
        exporting.XLSX,
        on_click="ignore",
        icon=":material/download:",
        key="people_template",
    )
    st.caption(f"一次最多 {MOST} 人。没有写用户名的自动编号；有错的行逐行列出，其余照常导入；已有的账户不改动。")
    with st.form("import_people", enter_to_submit=False, clear_on_submit=True):
        file = st.file_uploader(
            "账户表格（.xlsx 或 .csv）", ["xlsx", "csv"], key="people_file", max_upload_size=_MOST_MB
        )
        done = st.form_submit_button("导入账户", type="primary", key="do_import_people")
    if done and file is None:
        st.error("请先选择文件。")
    elif done and file is not None:
        _take_in(file.name, file.getvalue())


def _take_in(name: str, content: bytes) -> None:
    found: list[Imported] = []

    def work(doing: acting.Doing) -> None:
        try:
            rows = list(read_people(table_of(name, content)))
        except Unreadable as fault:
            raise Refused(str(fault)) from None
        found.append(import_people(doing.parts.store, rows, doing.at, doing.person))

    if acting.do("import_people", "已导入，结果见页面", work):
        st.session_state[_IMPORTED] = found[0]
    st.rerun(scope="app")


def _imported() -> None:
    """What became of the last file, and its first passwords, until they are put away or the page is left."""
    outcome: Imported | None = st.session_state.get(_IMPORTED)
    if outcome is None:
        return
    with st.container(key="people_imported", border=True):
        st.markdown(
            f"上次导入：新增 {len(outcome.issued)} 个账户，已有 {outcome.known} 个，未导入 {len(outcome.bad)} 行。"
        )
        if outcome.bad:
            table([{"行": str(row.number), "原因": plain(row.reason)} for row in outcome.bad])
        with st.container(horizontal=True):
            if outcome.issued:
                rows = [one.cells for one in outcome.issued]
                st.download_button(
                    "首次密码单 .xlsx（供打印，只有这一次）",
                    exporting.xlsx(HEADING, rows, "首次登录密码"),
                    "首次登录密码.xlsx",
                    exporting.XLSX,
                    type="primary",
                    on_click="ignore",
                    key="first_passwords",
                )
            if st.button("收起，不再显示", key="put_passwords_away"):
                del st.session_state[_IMPORTED]
                st.rerun(scope="app")


def _do(key: str, said: str, who: str, change: Callable[[acting.Doing], str | None]) -> None:
    def work(doing: acting.Doing) -> None:
        password = change(doing)
        if password is not None:
            st.session_state[_NEW_PASSWORD] = (who, password)

    acting.do(f"{key}|{who}", said, work)
    st.rerun(scope="app")
