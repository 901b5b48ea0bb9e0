"""运行状态: what keeps people from knowing or being reached, then which sources answer and what runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from dashboard import wall
from dashboard.backstage import backstage
from dashboard.meanings import meaning
from dashboard.navigation import Place
from dashboard.pieces import health_badge, source_list
from dashboard.visit import Visit
from dashboard.wording import ago, moment, plain, shortened
from pipeline.later_formats import Unprinted
from pipeline.model_note import ModelNote
from pipeline.source_health import SourceHealth, Standing
from pipeline.state_view import DeskState, WorkerRow
from records.channels import channel_name
from records.worker_names import worker_name

_NAMED = 5


def draw(visit: Visit, state: DeskState, now: datetime) -> None:
    """Draw what is amiss above what works."""
    st.markdown("### 运行状态", anchors=False)
    _warnings(visit, state)
    with st.container(border=True, gap="xsmall", key="desk_state"):
        _patrol(visit, state.sources, now)
        _channels(state)
        _workers(state.workers, now)
        st.link_button("打开大屏", wall.PATH, type="tertiary", icon=":material/tv:")
        st.markdown(
            f"**研判** :gray[待研判 {state.waiting} 条 · 模型 {_model(state.model)}]",
            help=meaning("待研判"),
        )


def _warnings(visit: Visit, state: DeskState) -> None:
    """What nobody can know at present, and what keeps people from being reached."""
    _clocks(state.troubles_of_clocks)
    for disk in state.disks:
        (st.error if disk.grave else st.warning)(f"**{plain(disk.said)}**", icon=":material/hard_drive:")
    _unreached(visit, state.unreached)
    _unread(visit, state.unread)
    _model_trouble(state)
    _copies(state)
    _search_trouble(state)
    _undelivered(state.undelivered)
    _unprinted(state.unprinted)
    _duty_holes(visit, state.duty_holes)
    _calendar_missing(state)


def _clocks(troubles: Sequence[str]) -> None:
    """Where the process that counts has stopped, every clock that runs is late: more than a few are listed in one place."""
    for said in troubles[:_NAMED]:
        st.error(f"**{plain(said)}**", icon=":material/timer_off:")
    if more := troubles[_NAMED:]:
        with st.expander(f"**时限和提醒的故障另有 {len(more)} 项**", icon=":material/timer_off:"):
            st.markdown("\n".join(f"- {plain(said)}" for said in more))


def _unread(visit: Visit, unread: Sequence[SourceHealth]) -> None:
    """What nobody can know at present stands above everything that is known."""
    if not unread:
        return
    first = sorted(unread, key=lambda source: source.since or backstage().now())[:_NAMED]
    named = "；".join(f"{plain(source.name)} 自 {moment(source.since)} {source.badge}" for source in first)
    more = f"；另有 {len(unread) - len(first)} 个" if len(unread) > len(first) else ""
    with st.container(key="unread_sources", gap="xsmall"):
        st.error(
            f"**{len(unread)} 个采集源没有采集到内容**：{named}{more}。没有采集到不等于没有舆情，请安排人工查看。",
            icon=":material/visibility_off:",
        )
        with st.container(horizontal=True):
            visit.link(Place.SOURCES, "查看采集源")
            visit.link(Place.PATROL, "查看巡查记录")


def _unreached(visit: Visit, count: int) -> None:
    """An alert that is on this page alone reaches only those who look at it."""
    if count:
        with st.container(key="unreached_alerts", gap="xsmall"):
            st.error(
                f"**最近一天有 {count} 条紧急提醒没有送达任何联系方式**，只在站内消息里。请打电话告知，并检查提醒渠道和联系方式。",
                icon=":material/phonelink_erase:",
            )
            visit.link(Place.MESSAGES, "查看消息")


def _undelivered(count: int) -> None:
    """What is tried no more must not look as if it were still on its way."""
    if count:
        with st.container(key="undelivered", gap="xsmall"):
            st.warning(
                f"**最近三天有 {count} 次发送没有送达**，不再重发（对方拒收，或试满了时间）；内容都在站内消息里。"
                "请检查提醒渠道和联系方式。",
                icon=":material/unsubscribe:",
            )


def _unprinted(papers: Sequence[Unprinted]) -> None:
    """Whoever waits for a .pdf should know that it does not come by itself."""
    if papers:
        named = "；".join(f"{plain(one.name)}（{plain(one.fault)}；{_again(one)}）" for one in papers[:_NAMED])
        more = f"；另有 {len(papers) - _NAMED} 份" if len(papers) > _NAMED else ""
        with st.container(key="unprinted", gap="xsmall"):
            st.warning(
                f"**{len(papers)} 份文稿没有转成 PDF**：{named}{more}。.docx 照常可用；请管理员排除原因，"
                "再运行 huiying reports pdf 补转。",
                icon=":material/print_error:",
            )


def _again(paper: Unprinted) -> str:
    tried = f"已试 {paper.times} 次，" if paper.times else ""
    return f"{tried}不再自动重试" if paper.again_at is None else f"{tried}{moment(paper.again_at)} 后再试"


def _duty_holes(visit: Visit, holes: Sequence[str]) -> None:
    """Tonight's hole must be seen while somebody can still fill it."""
    if holes:
        more = f"；另有 {len(holes) - _NAMED} 处" if len(holes) > _NAMED else ""
        with st.container(key="duty_holes", gap="xsmall"):
            st.warning(
                f"**值班表有空当**：{'；'.join(plain(one) for one in holes[:_NAMED])}{more}。"
                "到时提醒按联系方式的次序发，请尽快补上。",
                icon=":material/event_busy:",
            )
            visit.link(Place.DUTY, "查看值班表")


def _model_trouble(state: DeskState) -> None:
    """Without a model nobody reads what comes in; with another one than wanted, somebody should know."""
    if state.model is None or state.model.trouble is None:
        return
    if state.model.name is not None:
        st.warning(plain(state.model.trouble), icon=":material/psychology_alt:")
        return
    st.error(
        f"**新帖文没有研判，{state.waiting} 条在等**：{plain(state.model.trouble)}。请安排人工查看，并联系管理员。",
        icon=":material/psychology_alt:",
    )


def _copies(state: DeskState) -> None:
    """Whoever counts originals must know that an older one may be among them as a copy."""
    if state.copies_known is not None:
        hours = state.copies_known // timedelta(hours=1)
        st.caption(
            f"帖文太多，只认得出最近 {hours} 小时里的转载，更早的会算作另一篇；管理员可调大设置 judge.remembered_texts。"
        )


def _search_trouble(state: DeskState) -> None:
    """Who searches and finds nothing must not take it for an answer."""
    if state.search is not None:
        st.warning(
            f"**帖文搜索有故障**（自 {moment(state.search.since)}）：{plain(state.search.trouble)}。"
            "采集、研判、计时和提醒照常；恢复后自动补进搜索。请联系管理员，在服务器上运行 huiying doctor。",
            icon=":material/search_off:",
        )


def _calendar_missing(state: DeskState) -> None:
    """Deadlines in working days are only certain where the year's days off are known."""
    if state.calendar_missing:
        years = "、".join(f"{year} 年" for year in state.calendar_missing)
        st.warning(
            f"**{years}的放假安排还没有导入**：按工作日计算的期限只按法定节假日推算，没有计入调休。"
            "国务院办公厅的通知公布后，请到“管理 → 节假日历”导入。",
            icon=":material/event_busy:",
        )


def _patrol(visit: Visit, sources: Sequence[SourceHealth], now: datetime) -> None:
    """Which sources answer: those that do not each on a line, the others by their number and names."""
    well = [source for source in sources if source.standing is Standing.GOOD]
    others = [source for source in sources if source.standing is not Standing.GOOD]
    st.markdown(
        f"**网上巡查** :gray[{len(well)}/{len(sources)} 个采集源正常]",
        help=meaning("网上巡查"),
    )
    if faults := source_list().all_faults:
        st.markdown(f":red-badge[设置有误 {len(faults)} 处] 见“采集源”页")
    for source in sorted(others, key=lambda one: one.standing is not Standing.UNREAD):
        st.markdown(_source(source))
    if well:
        newest = max(well, key=lambda one: one.last_answer_at or now)
        named = plain(shortened("、".join(source.name for source in well[:_NAMED]), 60))
        st.markdown(
            f":green-badge[正常 {len(well)}] :small[:gray[{named}，最近应答 {ago(newest.last_answer_at, now)}]]"
        )
    if not sources:
        st.warning(
            "还没有采集源，没有任何网上巡查。没有采集到不等于没有舆情，请安排人工查看；管理员在“采集源”页添加。",
            icon=":material/visibility_off:",
        )


def _source(source: SourceHealth) -> str:
    shown = f"{health_badge(source)} {plain(source.name)}"
    return shown if source.since is None else f"{shown} :small[:gray[自 {moment(source.since)}]]"


def _channels(state: DeskState) -> None:
    marks = [
        f"{':red-badge[不通]' if channel.down else ':green-badge[正常]'} {plain(channel_name(channel.channel))}"
        for channel in state.channels
    ]
    unsent = f"待发 {state.unsent} 条" if state.unsent else "没有待发的提醒"
    st.markdown(
        f"**提醒渠道** :gray[{unsent}]  \n{' '.join(marks)}",
        help=meaning("待发"),
    )
    if any(channel.down for channel in state.channels):
        st.caption(
            "不通的渠道上，提醒改走其他渠道，内容都在站内消息里；急事请打电话。原因见“管理 → 渠道与进程”，请管理员检查网络和渠道设置。"
        )


def _workers(workers: Sequence[WorkerRow], now: datetime) -> None:
    stopped = [worker for worker in workers if not worker.alive]
    if not workers:
        st.markdown(
            "**后台进程** :red-badge[没有运行] 没有采集、研判、计时和发送：请管理员在服务器上用 huiying up 启动"
        )
    elif not stopped:
        st.markdown(f"**后台进程** :green-badge[运行 {len(workers)}]")
    for worker in stopped:
        st.markdown(
            f"**后台进程** :red-badge[停止] {plain(worker_name(worker.name))} :gray[{ago(worker.beat.at, now)}]"
        )
    gone = [f"{worker_name(worker.name)} {one.place}" for worker in workers for one in worker.stopped]
    if gone:
        st.caption(plain(f"已停、由同类进程接着做的：{'、'.join(gone)}"))
    if stopped:
        st.caption("停止的进程会自动重新启动；几分钟后仍停止的，请管理员在服务器上运行 huiying doctor。")


def _model(note: ModelNote | None) -> str:
    if note is None or note.name is None:
        return "尚未使用"
    return f"{plain(note.name)}（{'本单位训练' if note.own else '随附'}）"
