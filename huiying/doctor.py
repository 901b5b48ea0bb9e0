"""Examines an installation: each check is one line that says how it stands and, where it should be better, what to do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from alerts.delivery import DeliveryFailed
from casework.reports.fonts import TYPES, Face, face_of
from casework.reports.office_program import program
from casework.reports.own_templates import OwnTemplates
from casework.reports.package_check import BadTemplate
from casework.reports.template_check import check_template
from crawlers.reading import Via
from crawlers.sources import Source
from huiying.clock import shown, synchronised
from huiying.contact_faults import contact_fault
from huiying.disk import disk_troubles
from huiying.locking import AlreadyRunning, held
from huiying.metrics_token import metrics_token
from huiying.model_in_use import ModelInUse
from huiying.push_keys import keys_of
from huiying.settings import BadSettings, Settings
from huiying.wiring import Desk
from nlp.dictionary import read_dictionary
from nlp.model import ModelMissing
from pipeline.duty_roster import said, uncovered
from pipeline.later_formats import unprinted
from pipeline.own_values import Ground, usable
from pipeline.own_values import said as said_value
from pipeline.source_health import Standing, source_states
from pipeline.sources import SourceList, file_sources
from pipeline.state_view import ProcessRow, WorkerRow, workers
from pipeline.working_calendar import working_days
from records.secret_files import UnusableSecret
from records.zone import CHINA
from storage.revisions import newest_schema
from storage.search.text_index import SearchDown

CHINESE_FONT = ("fc-list", ":lang=zh-cn", "family")


class Level(StrEnum):
    """How a thing stands."""

    GOOD = "正常"
    NOTE = "注意"
    FAULT = "故障"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was examined, how it stands, and what to do about it (empty when there is nothing to do)."""

    subject: str
    level: Level
    state: str
    advice: str = ""

    def __str__(self) -> str:
        """The line as shown."""
        return f"{self.level} {self.subject}：{self.state}" + (f"。{self.advice}" if self.advice else "")


def examine(desk: Desk, settings_file: str) -> Iterator[Finding]:
    """Every check, in order. The database is only read, and not made where there is none."""
    settings = desk.settings
    in_order = _settings(desk, settings_file)
    yield in_order
    if in_order.level is Level.FAULT:
        return
    database = _database(desk)
    yield database
    usable = database.level is Level.GOOD
    yield from _disk(desk)
    yield _cluster(desk, usable) if settings.search.engine == "elasticsearch" else _index(settings)
    yield _model(settings)
    if settings.judge.dictionary is not None:
        yield _dictionary(settings.judge.dictionary)
    listed = desk.sources.current() if usable else file_sources(settings.sources_file)
    yield from _sources(desk, listed, usable)
    yield from _push_keys(settings.push_keys_dir, listed.sources)
    yield from _metrics(settings)
    yield from _provider(desk)
    yield from _channels(desk)
    if usable:
        yield from _own_values(desk)
        yield from _contacts(desk)
        yield _calendar(desk)
        yield from _duty(desk)
        yield from _unprinted(desk)
    yield _time(synchronised())
    yield _fonts(_font_families)
    yield _paper_types(face_of)
    yield _pdf(settings, program())
    yield from _templates(OwnTemplates(settings.templates_dir))
    yield from _workers(desk, usable)


def _settings(desk: Desk, file: str) -> Finding:
    try:
        _ = desk.settings.database_url, desk.channels(), desk.cluster
        desk.check_rules()
    except BadSettings as error:
        return Finding("设置", Level.FAULT, str(error))
    return Finding("设置", Level.GOOD, file)


def _database(desk: Desk) -> Finding:
    url = make_url(desk.settings.database_url)
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        return Finding("数据库", Level.NOTE, "还没有建立", "第一次 huiying up 时会自动建立")
    try:
        version = desk.store.schema_version()
    except DBAPIError as error:
        return Finding(
            "数据库", Level.FAULT, f"连不上（{type(error.orig).__name__}）", "请检查 database.url，并确认数据库已启动"
        )
    newest = newest_schema()
    if version != newest:
        return Finding(
            "数据库",
            Level.NOTE,
            f"结构版本 {version or '无'}，应为 {newest}",
            "下一次 huiying up 时会自动升级；请先备份",
        )
    return Finding("数据库", Level.GOOD, f"{url.get_backend_name()}，结构版本 {version}")


def _disk(desk: Desk) -> Iterator[Finding]:
    found = list(disk_troubles(desk))
    for trouble in found:
        yield Finding("磁盘", Level.FAULT if trouble.grave else Level.NOTE, trouble.said)
    if not found:
        yield Finding("磁盘", Level.GOOD, f"数据目录所在磁盘剩余 {desk.free(desk.settings.data_dir) / 1024**3:.1f} GB")


def _index(settings: Settings) -> Finding:
    if not settings.search_file.exists():
        return Finding("索引", Level.NOTE, "还没有建立", "研判第一批帖子后会自动建立")
    return Finding("索引", Level.GOOD, f"{settings.search_file.stat().st_size / 1024**2:.1f} MB")


def _cluster(desk: Desk, usable: bool) -> Finding:
    try:
        with closing(desk.index()) as index:
            reached, posts, refused = index.watermark, index.count(), index.waiting()
    except SearchDown as down:
        advice = "帖文照常采集、研判，恢复后自动补进搜索，一条不少；说明见 docs/elasticsearch.md"
        return Finding("索引", Level.FAULT, str(down), advice)
    if refused:
        first, reason = next(iter(refused.items()))
        state = f"有 {len(refused)} 条帖文集群不肯收，如 {first}：{reason}"
        return Finding("索引", Level.FAULT, state, "请按原因检查集群（磁盘、只读、字段）；恢复后十几分钟内自动补上")
    behind = 0
    if usable:
        with desk.store.reading() as t:
            behind = t.posts.count_after(reached)
    state = f"Elasticsearch（{desk.settings.search.url}），{posts} 条"
    if behind:
        return Finding("索引", Level.NOTE, f"{state}，还差 {behind} 条", "研判进程会自动补上")
    return Finding("索引", Level.GOOD, state)


def _model(settings: Settings) -> Finding:
    in_use = ModelInUse(settings)
    try:
        model = in_use.load()
    except ModelMissing as error:
        return Finding("模型", Level.FAULT, str(error))
    if in_use.note.trouble is not None:
        return Finding("模型", Level.FAULT, in_use.note.trouble)
    return Finding("模型", Level.GOOD, f"{model.name}（{'本单位训练' if in_use.note.own else '随附'}）")


def _dictionary(file: Path) -> Finding:
    dictionary, faults = read_dictionary(file)
    if faults:
        return Finding("地方词典", Level.FAULT, "；".join(faults), "改好后重启生效；其余各行照常使用")
    return Finding("地方词典", Level.GOOD, f"{len(dictionary.entries)} 条")


def _sources(desk: Desk, listed: SourceList, usable: bool) -> Iterator[Finding]:
    if listed.faults:
        goes_on = "改好之前仍按上次读成的写法采集；改好后自动生效，不用重启"
        advice = goes_on if listed.sources else "用 huiying init 目录 可以生成一份样板"
        yield Finding("采集源文件", Level.FAULT, "；".join(listed.faults), advice)
    for one in listed.listed:
        if one.faults:
            advice = "它没有在采集：请在值班台“采集源”页改好或移除，其他采集源不受影响"
            yield Finding(f"采集源 {one.id}", Level.FAULT, "；".join(one.faults), advice)
    if not listed.sources:
        if not listed.faults:
            advice = "请至少启用一个，或在值班台“采集源”页添加"
            yield Finding("采集源", Level.NOTE, f"{desk.settings.sources_file} 里没有启用的采集源", advice)
        return
    unread = _unread(desk, listed.sources) if usable else []
    if unread:
        state = f"{len(listed.sources)} 个启用，{len(unread)} 个没有采集到：{'；'.join(unread)}"
        advice = "没有采集到不等于没有舆情：请在浏览器里打开它们核对，恢复前安排人工查看"
        yield Finding("采集源", Level.NOTE, state, advice)
        return
    yield Finding("采集源", Level.GOOD, f"{len(listed.sources)} 个启用")


def _unread(desk: Desk, sources: Sequence[Source]) -> list[str]:
    """The sources that are not read at present, with since when and why."""
    now = desk.clock.now()
    with desk.store.reading() as t:
        states = source_states(t, sources, now, desk.health_rules, days=False)
    return [
        f"{state.name}（自 {shown(state.since or now)} {state.badge}，{state.detail}）"
        for state in states
        if state.standing in (Standing.UNREAD, Standing.FAILING)
    ]


def _push_keys(folder: Path, sources: Sequence[Source]) -> Iterator[Finding]:
    """Whether every enabled source that is pushed can be pushed to."""
    for source in sources:
        if source.via is not Via.PUSH:
            continue
        subject = f"推送源 {source.id}"
        try:
            keys = keys_of(folder, source.id)
        except UnusableSecret as error:
            yield Finding(subject, Level.FAULT, str(error), "在此之前它的推送一律被拒绝")
            continue
        if not keys:
            advice = f"请运行 huiying sources key {source.id}，把密钥交给推送方"
            yield Finding(subject, Level.FAULT, "没有推送密钥，推送一律被拒绝", advice)
        elif len(keys) > 1:
            advice = f"推送方换好后请运行 huiying sources key {source.id} --drop-older"
            yield Finding(subject, Level.NOTE, "新旧两把密钥都有效", advice)
        else:
            yield Finding(subject, Level.GOOD, "有推送密钥")


def _metrics(settings: Settings) -> Iterator[Finding]:
    """Whether a monitoring system that is to read the desk's figures can."""
    try:
        if metrics_token(settings) is not None:
            yield Finding("监控地址", Level.GOOD, f"{settings.public_url}/metrics")
    except UnusableSecret as error:
        yield Finding("监控地址", Level.FAULT, str(error), "在此之前监控系统读不到数据，见 docs/watching.md")


def _provider(desk: Desk) -> Iterator[Finding]:
    """Whether people can sign in at the identity provider that the settings name."""
    provider = desk.provider
    if provider is None:
        return
    # Imported here: who signs nobody in needs no library for it.
    from huiying.oidc.checking import troubles

    found = list(troubles(provider, desk.clock.now()))
    advice = "在此之前不能用统一认证登录，密码登录不受影响，见 docs/sign-in.md"
    for trouble in found:
        yield Finding("统一认证", Level.FAULT if trouble.grave else Level.NOTE, trouble.said, advice * trouble.grave)
    if not found:
        state = f"{provider.options.issuer}，在那边登记的回调地址应为 {provider.redirect}"
        yield Finding("统一认证", Level.GOOD, state)


def _channels(desk: Desk) -> Iterator[Finding]:
    channels = desk.channels()
    if len(channels) == 1:
        yield Finding("提醒渠道", Level.NOTE, "只有站内消息", "要让人不看屏幕也知道，请设置 alerts.email")
    for name, channel in sorted(channels.items()):
        check = getattr(channel, "check", None)
        try:
            if check is not None:
                check()
        except DeliveryFailed as failure:
            yield Finding(f"提醒渠道 {name}", Level.FAULT, str(failure))
        else:
            yield Finding(f"提醒渠道 {name}", Level.GOOD, "可用")


def _contacts(desk: Desk) -> Iterator[Finding]:
    """Contacts that would get nothing: of a channel that is not set up, or without the secret that it takes."""
    channels = desk.channels()
    with desk.store.reading() as t:
        contacts = t.people.contacts()
    for contact in contacts:
        fault = contact_fault(channels, contact)
        if fault is not None:
            subject = f"联系方式 {contact.recipient}·{contact.channel}·{contact.name or '未写姓名'}"
            yield Finding(subject, Level.FAULT, fault)


def _own_values(desk: Desk) -> Iterator[Finding]:
    """What the office has changed on the page 管理, where the settings file says otherwise."""
    desk.following.look_again()
    _ = desk.book
    if desk.following.fault is not None:
        yield Finding("页面上的改动", Level.FAULT, desk.following.fault, "请在“管理”页重新改一次，或撤销")
    with desk.store.reading() as t:
        grounds: list[Ground] = [desk.names_below, desk.rules_below, desk.below_own_figures]
        for ground in grounds:
            own = usable(ground, ground.own(t))
            changed = [one for one in ground.standing(own).values() if one.name in own]
            if changed:
                what = "；".join(f"{one.label} {said_value(one.usual)} → {said_value(one.now)}" for one in changed)
                yield Finding("页面上的改动", Level.GOOD, what, "以页面上的为准，设置文件里的这几项不起作用")


def _calendar(desk: Desk) -> Finding:
    with desk.store.reading() as t:
        missing = working_days(t).missing(desk.clock.now().astimezone(CHINA).date())
    if not missing:
        return Finding("工作日历", Level.GOOD, "放假安排齐全")
    years = "、".join(f"{year} 年" for year in missing)
    advice = "通知公布后请在“管理 → 节假日历”页导入，或用 huiying calendar import，写法见 docs/calendar.md"
    return Finding("工作日历", Level.NOTE, f"{years}的放假安排还没有导入，按法定节假日推算", advice)


def _duty(desk: Desk) -> Iterator[Finding]:
    """A hole of the roster, before it matters."""
    with desk.store.reading() as t:
        planned = any(t.duty.has_roster(recipient) for recipient in t.duty.recipients())
        found = list(uncovered(t, desk.clock.now(), desk.duty_rules))
    advice = "请在“值班表”页补上；在此之前提醒按联系方式的次序发"
    yield from (Finding("值班表", Level.NOTE, said(recipient, hole), advice) for recipient, hole in found)
    if not planned:
        yield Finding("值班表", Level.NOTE, "还没有值班表", "提醒按联系方式的次序发；要先发给值班的人，见 docs/duty.md")
    elif not found:
        yield Finding("值班表", Level.GOOD, f"以后 {desk.duty_rules.warn_hours} 小时都有人值班")


def _time(in_step: bool | None) -> Finding:
    if in_step is None:
        return Finding("系统时间", Level.NOTE, "看不出是否与时间服务器同步", "请用 timedatectl 查看")
    if not in_step:
        return Finding(
            "系统时间",
            Level.NOTE,
            "没有与时间服务器同步",
            "请启用时间同步（如 timedatectl set-ntp true）：两小时计时以它为准",
        )
    return Finding("系统时间", Level.GOOD, "已与时间服务器同步")


def _fonts(families: Callable[[], Sequence[str] | None]) -> Finding:
    found = families()
    if found is None:
        return Finding("中文字体", Level.NOTE, "看不出有没有", "请安装 fontconfig 后再查")
    if not found:
        return Finding(
            "中文字体", Level.NOTE, "本机没有", "在本机看网页或转 PDF 会显示方框，请安装 fonts-noto-cjk 一类的字体"
        )
    return Finding("中文字体", Level.GOOD, f"{len(found)} 种，如 {found[0]}")


def _paper_types(find: Callable[[str], Face | None]) -> Finding:
    """Whether the types of an official paper are there; the .docx names them in any case, a .pdf is set in what there is."""
    faces = {name: find(name) for name in TYPES}
    missing = {name: face for name, face in faces.items() if face is None or not face.is_true}
    if not missing:
        return Finding("公文字体", Level.GOOD, "、".join(TYPES))
    state = "；".join(
        f"{name}{f'以 {face.families[0]} 代替' if face else '没有可代替的'}" for name, face in missing.items()
    )
    advice = ".docx 里仍写原字体名，在有这些字体的电脑上打开即正确；本机转 PDF 用代替的字体，装上原字体后自动改用"
    return Finding("公文字体", Level.NOTE, f"本机缺少 {state}", advice)


def _pdf(settings: Settings, found: str | None) -> Finding:
    """Whether papers can be turned into .pdf, which the settings may ask for."""
    if found is not None:
        return Finding("转 PDF", Level.GOOD, found)
    advice = "请安装 libreoffice-writer-nogui，再用 huiying reports pdf 补转；.docx 不受影响"
    asked = "pdf" in settings.reports.also
    state = "设置 reports.also 要求 PDF，但本机没有 LibreOffice" if asked else "本机没有 LibreOffice，只能出 .docx"
    return Finding("转 PDF", Level.FAULT if asked else Level.NOTE, state, advice)


def _unprinted(desk: Desk) -> Iterator[Finding]:
    """Papers that have no .pdf though the settings ask for it: one that is tried no more is a fault."""
    with desk.store.reading() as t:
        papers = unprinted(t)
    for one in papers:
        given_up = one.again_at is None
        state = f"{one.fault}；试过 {one.times} 次{'，不再自动重试' if given_up else ''}"
        level = Level.FAULT if given_up else Level.NOTE
        yield Finding(f"{one.name} 的 PDF", level, state, "排除后用 huiying reports pdf 补转；.docx 照常可用")


def _templates(own: OwnTemplates) -> Iterator[Finding]:
    """Templates of the office's own that would not be taken any more: the shipped ones are used in their place."""
    for kind in own.there():
        subject = f"报告模板 {kind}"
        try:
            check_template(kind, own.file(kind).read_bytes())
        except (BadTemplate, OSError) as fault:
            advice = f"在此之前用随附的模板；请换一份，或用 huiying reports template {kind} --remove"
            yield Finding(subject, Level.FAULT, str(fault), advice)
        else:
            yield Finding(subject, Level.GOOD, "用本单位的模板")


def _font_families() -> list[str] | None:
    try:
        listed = subprocess.run(CHINESE_FONT, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return sorted({line.split(",")[0].strip() for line in listed.stdout.splitlines() if line.strip()})


def _workers(desk: Desk, usable: bool) -> Iterator[Finding]:
    now = desk.clock.now()
    found: list[WorkerRow] = []
    if usable:
        with desk.store.reading() as t:
            found = workers(t, now, desk.oversight.silent)
    # On another machine, or started one by one, they hold no lock of this data directory.
    if not usable or not (_is_running(desk.settings) or any(row.alive for row in found)):
        yield Finding("运行", Level.NOTE, "回应台没有在这个数据目录上运行", "用 huiying up 启动")
        return
    for row in found:
        for process in row.processes:
            yield _worker(row, process, now)


def _worker(row: WorkerRow, process: ProcessRow, now: datetime) -> Finding:
    name = f"进程 {process.beat.worker}"
    seconds = max(0, int((now - process.beat.at).total_seconds()))
    if process.alive:
        return Finding(name, Level.GOOD, f"{seconds} 秒前有动静")
    if row.alive:
        return Finding(name, Level.NOTE, f"已停（{seconds} 秒没有动静），同类进程仍在运行")
    return Finding(name, Level.FAULT, f"{seconds} 秒没有动静", "请看数据目录下的 logs，必要时重启它或 huiying up")


def _is_running(settings: Settings) -> bool:
    lock = settings.data_dir / "up.lock"
    if not lock.exists():
        return False
    try:
        with held(lock):
            return False
    except AlreadyRunning:
        return True
