"""The form of one source: what its kind needs in Chinese words, what is wrong with it at once, preview and saving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
import yaml

from crawlers.forms import Field, Form, Shape, form_of, forms, rest_in, rest_of, row_from, value_at
from crawlers.sources import BadSources, Source, kinds, source_from
from dashboard import acting
from dashboard.navigation import Place
from dashboard.screens import source_preview
from dashboard.visit import Visit
from dashboard.wording import plain
from pipeline.source_acts import Change, save_source
from pipeline.sources import Listed, SourceList
from records.words import Channel

_FORM = "form"
_OPENED = "source_form_opened"
_MISSING = "缺少这一项"


def asked() -> bool:
    """Whether the address asks for the form."""
    return _FORM in st.query_params


def ask() -> None:
    """Show the form from now on."""
    st.session_state.pop(_OPENED, None)
    st.query_params[_FORM] = "1"
    st.rerun(scope="app")


def labelled(form: Form, fault: str) -> str:
    """A fault with the form's own words for the keys that it names."""
    for field in form.fields:
        fault = fault.replace(f"“{'.'.join(field.path)}”", f"“{field.label}”")
    return fault


def draw(visit: Visit, found: SourceList, standing: Listed | None) -> None:
    """Draw the form of a source, or of a new one."""
    standing = _as_opened(standing)
    visit.link(Place.SOURCES, "← 不改了，返回", standing.id if standing else None)
    st.markdown(f"### {f'修改 {plain(standing.name)}' if standing else '添加采集源'}", anchors=False)
    key = f"source_form|{standing.id}|{standing.revision}" if standing else "source_form|new"
    left, right = st.columns([1, 1], gap="large")
    with left:
        kind = _kind(standing, key)
        if kind is None:
            st.info("先选类别：每一类下面会说明什么时候用它、网址填什么。")
            return
        form = form_of(kind)
        st.caption(plain(form.about))
        row, faults = _filled(form, dict(standing.row) if standing else {}, key, standing)
    with right:
        source = _checked(form, row, faults, found, standing)
        _buttons(visit, row, source, standing, key)
        source_preview.draw(visit.person.username, source)


def _as_opened(standing: Listed | None) -> Listed | None:
    """The source as it stood when the form was opened: what somebody else has changed since is not written over."""
    opened: Listed | None = st.session_state.get(_OPENED)
    if standing is not None and (opened is None or opened.id != standing.id):
        st.session_state[_OPENED] = opened = standing
    return opened if standing is not None else None


def _kind(standing: Listed | None, key: str) -> str | None:
    if standing is not None:
        kind = str(standing.row.get("kind"))
        if kind not in kinds():
            st.error("这一类采集源现在没有了：请按新的类别另建一个，移除这一个。")
            return None
        st.markdown(f":gray[类别]　{plain(form_of(kind).label)}")
        return kind
    offered = {form.kind: form.label for form in forms(kinds())}
    return st.selectbox(
        "类别",
        list(offered),
        index=None,
        placeholder="请选择",
        format_func=lambda kind: offered[kind],
        key=f"{key}|kind",
    )


def _filled(form: Form, row: dict[str, Any], key: str, standing: Listed | None) -> tuple[dict[str, Any], list[str]]:
    """The row as it is filled in, and what is wrong with how it is typed."""
    key = f"{key}|{form.kind}"
    values: dict[tuple[str, ...], Any] = {}
    common = [field for field in form.fields if field.path[0] != "read" and not field.more]
    own = [field for field in form.fields if field.path[0] == "read"]
    for field in common:
        fixed = standing is not None and field.path == ("id",)
        values[field.path] = _ask(field, row, key, fixed)
    if own:
        st.markdown("**怎样读**")
    absent: list[tuple[str, ...]] = []
    for field in own:
        if not any(field.path[: len(path)] == path for path in absent):
            values[field.path] = _ask(field, row, key)
            if field.shape is Shape.PRESENT and not values[field.path]:
                absent.append(field.path)
    with st.expander("更多设置（一般不用改）"):
        for field in (field for field in form.fields if field.more):
            values[field.path] = _ask(field, row, key)
        rest = rest_of(row, form)
        written = yaml.safe_dump(rest, allow_unicode=True, sort_keys=False) if rest else ""
        text = st.text_area(
            "其余项目（按采集源文件的写法）",
            written,
            key=f"{key}|rest",
            height=140,
            placeholder="上面没有的项目写在这里，如 read: {reactions: {likes: span.likes}}；写法见采集源文件里的样例",
        )
    try:
        other, faults = rest_in(text or ""), []
    except BadSources as error:
        other, faults = rest, str(error).splitlines()
    return row_from(form.kind, values, other, enabled=bool(row.get("enabled", True))), faults


def _ask(field: Field, row: Mapping[str, Any], key: str, fixed: bool = False) -> Any:
    """Draw one field; what stands in it. What it is for stands in a blank field itself, else below it."""
    name = f"{key}|{'.'.join(field.path)}"
    value = value_at(row, field)
    label = f"{field.label}{'（必填）' if field.needed and not field.blank_counts else ''}"
    if field.shape is Shape.TEXT:
        text = "" if value is None else str(value)
        return st.text_input(label, text, placeholder=field.help, disabled=fixed, max_chars=2000, key=name)
    if field.shape is Shape.LINES:
        return st.text_area(label, "\n".join(map(str, value or ())), placeholder=field.help, height=80, key=name)
    asked = _choice(field, label, value, name)
    if field.help:
        st.caption(plain(field.help))
    return asked


def _choice(field: Field, label: str, value: Any, name: str) -> Any:
    if field.shape is Shape.CHOICE:
        return st.selectbox(
            label,
            field.choices,
            index=field.choices.index(value) if value in field.choices else None,
            placeholder="请选择",
            format_func=lambda one: Channel(one).label if field.path == ("channel",) else one,
            key=name,
        )
    if field.shape is Shape.WHOLE:
        return st.number_input(label, value=None if value is None else int(value), step=1, key=name)
    if field.shape is Shape.NUMBER:
        number = None if value is None else float(value)
        return st.number_input(label, value=number, step=1.0, format="%g", key=name)
    return st.toggle(label, bool(value), key=name)


def _checked(
    form: Form, row: Mapping[str, Any], faults: list[str], found: SourceList, standing: Listed | None
) -> Source | None:
    """The source that the row makes, with what is wrong told; None where it makes none yet."""
    source = None
    try:
        source = source_from(dict(row))
    except BadSources as error:
        faults = [*faults, *str(error).splitlines()]
    taken = found.find(str(row.get("id"))) if standing is None else None
    if taken is not None:
        faults = [*faults, f"已有编号为“{taken.id}”的采集源（{taken.name}），请换一个编号"]
    blank = [field for field in form.fields if field.needed and value_at(row, field) is None]
    missing = {f"“{'.'.join(field.path)}”{_MISSING}" for field in blank}
    told = [labelled(form, fault) for fault in faults if fault not in missing]
    if blank:
        st.info(f"还要填：{plain('、'.join(field.label for field in blank))}")
    if told:
        st.warning("  \n".join(plain(fault) for fault in told))
    if source is not None and not told:
        st.success("填写无误。先试采，看看将入库什么，再保存。")
    return None if told else source


def _buttons(visit: Visit, row: Mapping[str, Any], source: Source | None, standing: Listed | None, key: str) -> None:
    seen = source_preview.seen(visit.person.username, source)
    with st.container(horizontal=True, key="source_form_acts"):
        if st.button("试采", icon=":material/play_arrow:", disabled=source is None, key="preview_source"):
            source_preview.start(row)
        if st.button("保存", type="primary", icon=":material/save:", disabled=source is None, key="save_source"):
            _save(visit, row, standing, key)
    if source is not None and not seen:
        st.markdown(":orange[现在的填写还没有试采成功；可以直接保存，但可能采不到内容。]")


def _save(visit: Visit, row: Mapping[str, Any], standing: Listed | None, key: str) -> None:
    revision = standing.revision if standing is not None else None
    saved: list[str] = []

    def work(doing: acting.Doing) -> None:
        asked = Change(acting.actor(doing.person), doing.at, revision, doing.request)
        saved.append(save_source(doing.parts.desk.managing(), row, asked))

    with st.spinner("正在核对网址并保存……"):
        done = acting.do(f"save|{key}|{row.get('id')}", "已保存，几秒内按此采集", work)
    if done:
        st.session_state.pop(_OPENED, None)
        visit.go(Place.SOURCES, saved[0])
    st.rerun(scope="app")
