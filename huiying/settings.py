"""Turns a settings file and environment variables into one checked model; a mistake names its key and where it stands.

The file is `huiying.yaml` in the working directory, or the one that HUIYING_SETTINGS names; with no file at all every
default holds. HUIYING_DESK__PORT=9000 overrides `desk.port`. Secrets come from a file of their own or from the
environment, never from the settings file.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

import alerts.channels
from huiying.discovery import module, names
from huiying.oidc.addresses import BadAddress, whole_address
from huiying.oidc.options import Options as Oidc
from records.naming import DEFAULT
from records.os_errors import reason

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

PREFIX = "HUIYING_"
FILE_VARIABLE = "HUIYING_SETTINGS"
DEFAULT_FILE = "huiying.yaml"
RESERVED_VARIABLES = frozenset({FILE_VARIABLE, "HUIYING_NO_SKIPS", "HUIYING_PARENT_PIPE"})
TEST_SERVERS = "HUIYING_TEST_"
"""How the variables begin that name the servers of the tests."""


M = TypeVar("M", bound=BaseModel)
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0)]


class BadSettings(ValueError):
    """Settings that cannot be used. The message is Chinese and names the file or variable, the key and the fault."""


class Section(BaseModel):
    """A group of settings: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_written_is_all_default(cls, value: Any) -> Any:
        return {} if value is None else value


class Organisation(Section):
    """单位信息；在“管理 → 名称与抬头”页改过的，以页面上的为准"""

    name: str = Field("惠川区委", min_length=1, description="单位名称，显示在页面和报告上")
    office_name: str = Field(
        DEFAULT.office, min_length=1, description="承担值班与报送的办公室名称，页面、提醒和报告都这样称呼它"
    )
    letterhead: str = Field("舆情专报", min_length=1, description="报告的版头文字")
    serial_prefix: str = Field("惠舆情报", min_length=1, description="报告文号的代字，如“惠舆情报〔2026〕12号”")
    report_to: tuple[str, ...] = Field(DEFAULT.report_to, min_length=1, description="报告的主送机关")


class Database(Section):
    """数据库"""

    url: str | None = Field(
        None,
        description="数据库地址；留空用数据目录里的 SQLite；PostgreSQL 写 postgresql+psycopg://用户@主机:端口/库名",
    )
    password_file: Path | None = Field(None, description="只含数据库密码的文件；密码不写在设置文件里")
    password: SecretStr | None = Field(None, description="数据库密码，只能由环境变量给出")

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if _address(value).drivername not in ("sqlite", "postgresql+psycopg"):
            raise ValueError("只支持 sqlite:/// 和 postgresql+psycopg:// 开头的地址")
        return value


class Desk(Section):
    """网页值班台"""

    host: str = Field("127.0.0.1", min_length=1, description="监听地址；对外服务时放在反向代理之后，仍监听本机")
    port: Port = Field(8501, description="监听端口")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/]+(/\S*)?$",
        description="别人打开值班台用的网址，写进提醒里的链接；留空用监听地址",
    )
    cookie_secret_file: Path | None = Field(
        None, description="登录凭证密钥文件（至少 32 字节）；留空则在数据目录自动生成"
    )
    metrics_token_file: Path | None = Field(
        None, description="监控令牌文件（一行，至少 16 个字符）；监控系统凭它读取 /metrics，留空则没有这个地址"
    )
    refresh_seconds: Seconds = Field(3, description="值班台每隔多少秒刷新一次")


class SignIn(Section):
    """登录"""

    oidc: Oidc | None = Field(None, description="统一认证（OIDC）登录；留空则只用本台账户的密码")


class Crawl(Section):
    """采集"""

    sources_file: Path = Field(Path("sources.yaml"), description="采集源文件")
    user_agent: str = Field("huiying/0.1 (public notice desk)", min_length=1, description="采集时表明身份的 User-Agent")
    contact: str | None = Field(None, description="写进 User-Agent 的联系方式（网址或邮箱），便于对方网站联系")
    allow_private_hosts: tuple[str, ...] = Field(
        (), description="允许访问的内网地址，写“主机:端口”；其余内网、本机地址一律不访问"
    )
    poll_seconds: Seconds = Field(1, description="每隔多少秒查看一次有无到期的采集源")
    delay_seconds: Annotated[float, Field(ge=0, le=600)] = Field(
        1, description="对同一网站两次请求至少隔多少秒；采集源可另行规定，对方 robots.txt 要求更久时从其规定"
    )
    longest_pause_seconds: Seconds = Field(3600, description="一再读不到的采集源，最多隔多少秒再试")
    timeout_seconds: Seconds = Field(10, description="一个网页最多等多少秒")
    max_page_mb: Annotated[float, Field(gt=0, le=64)] = Field(8, description="一个网页最大多少 MB")
    run_seconds: Seconds = Field(300, description="一次采集最长多少秒")
    memory_mb: Annotated[int, Field(ge=128)] = Field(512, description="采集进程内存上限（MB）")
    shortest_interval_seconds: Seconds = Field(60, description="新帖多的采集源会采得更勤，最勤隔多少秒")
    quiet_factor: Annotated[float, Field(ge=1, le=100)] = Field(
        2, description="没有新帖的采集源会采得更疏，最疏为它所设间隔的多少倍；1 为不放疏"
    )
    first_patrol_hours: Annotated[float, Field(ge=0)] = Field(
        24, description="首次采集一个源时，此前多少小时以前发布的算旧帖：照常研判、可查，但不引发事件；0 为不区分"
    )
    recheck_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        14, description="多少天内采到的帖子，定期回看原帖是否还在；0 为不回看"
    )
    search_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        90,
        description="面向社会的公开事项发布后多少天内，到设为 search 的采集源搜索对它的反映；"
        "有未了结的事件的一直搜，党内事项从不搜",
    )


class Inbound(Section):
    """接收推送"""

    secrets_dir: Path | None = Field(
        None, description="推送密钥目录，每个推送源一个“编号.key”；留空用数据目录下的 inbound"
    )
    max_mb: Annotated[float, Field(gt=0, le=64)] = Field(4, description="一次推送最大多少 MB")
    max_posts: Annotated[int, Field(ge=1, le=10_000)] = Field(500, description="一次推送最多多少条")
    max_posts_an_hour: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        3000, description="一个推送源一小时内最多收多少条新帖，防止灌水；超出的请对方稍后再推，不会丢"
    )


class Judge(Section):
    """研判"""

    batch: Annotated[int, Field(ge=1, le=10_000)] = Field(200, description="一次研判多少条")
    poll_seconds: Seconds = Field(1, description="没有新帖时每隔多少秒看一次")
    remembered_texts: Annotated[int, Field(ge=10_000, le=300_000)] = Field(
        60_000,
        description="最近七天里最多记住多少篇不同的文字，用来认出转载；每天超过八千篇时调大，记不满七天会写在值班台上",
    )
    model_dir: Path | None = Field(None, description="自行训练的模型目录；留空用自带的模型")
    dictionary: Path | None = Field(
        None, description="地方词典文件：本地地名、单位、项目的各种叫法和外地地名；留空只从公开事项中提取"
    )


class Workers(Section):
    """这台机器上各种进程的个数"""

    clock: Annotated[int, Field(ge=0, le=32)] = Field(1, description="huiying up 在这台机器上起几个计时进程")
    send: Annotated[int, Field(ge=0, le=32)] = Field(1, description="起几个发送进程")
    judge: Annotated[int, Field(ge=0, le=32)] = Field(1, description="起几个研判进程，至多与处理器核数相同")
    crawl: Annotated[int, Field(ge=0, le=32)] = Field(1, description="起几个采集进程")
    desk: Annotated[int, Field(ge=0, le=1)] = Field(1, description="是否起网页值班台：1 起，0 不起")

    @model_validator(mode="after")
    def _something_runs(self) -> Self:
        if not any(self.model_dump().values()):
            raise ValueError("各种进程的个数不能都是 0")
        return self


class Searching(Section):
    """全文搜索"""

    engine: Literal["embedded", "elasticsearch"] = Field(
        "embedded", description="搜帖文用哪个引擎：embedded 是数据目录里自带的索引，elasticsearch 是另行安装的集群"
    )
    url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/@?#]+(/[^\s@?#]*)?$",
        description="Elasticsearch（8 或 9）的地址，如 https://search.example.gov.cn:9200；账号和密钥另写，不写在地址里",
    )
    prefix: str = Field(
        "huiying",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$",
        description="本单位的索引在集群里的名称前缀（小写字母、数字、-、_）；几个单位共用一个集群时各用各的",
    )
    user: str | None = Field(None, min_length=1, description="账号；不用账号或用 API 密钥的留空")
    password_file: Path | None = Field(None, description="只含账号密码的文件；密码不写在设置文件里")
    password: SecretStr | None = Field(None, description="账号密码，只能由环境变量给出")
    api_key_file: Path | None = Field(None, description="只含 API 密钥的文件；用账号密码的留空")
    api_key: SecretStr | None = Field(None, description="API 密钥，只能由环境变量给出")
    ca_file: Path | None = Field(
        None, description="签发集群证书的 CA 证书文件（PEM），写了就只信它；留空信公开的和系统自带的"
    )
    timeout_seconds: Seconds = Field(5, description="问一次最多等多少秒；写入最多等它的六倍")
    days_an_index: Annotated[int, Field(ge=1, le=366)] = Field(
        30, description="每多少天的帖文放进一个索引（1 为按日，7 为按周）；整个索引过期后整个删去；改后用于新建的索引"
    )
    shards: Annotated[int, Field(ge=1, le=100)] = Field(1, description="每个索引分几片；改后用于新建的索引")
    replicas: Annotated[int, Field(ge=0, le=10)] | None = Field(
        None, description="每片另存几份副本；留空则集群只有一台时不存、多台时存一份；改后重启，用于全部索引"
    )
    refresh_seconds: Annotated[float, Field(ge=0.1, le=3600)] = Field(
        2, description="写入的帖文隔多少秒可以搜到，帖文很多时放长；改后重启，用于全部索引"
    )

    @model_validator(mode="after")
    def _a_cluster_has_an_address(self) -> Self:
        if self.engine == "elasticsearch" and self.url is None:
            raise ValueError("engine 写了 elasticsearch，还要写 url（集群的地址）")
        if self.user is not None and (self.api_key is not None or self.api_key_file is not None):
            raise ValueError("user 和 api_key_file 只能用一个")
        if self.user is None and (self.password is not None or self.password_file is not None):
            raise ValueError("写了 password_file，还要写 user（账号）")
        if self.ca_file is not None and (self.url or "").startswith("http://"):
            raise ValueError("写了 ca_file（用于 HTTPS），url 却是 http://：请改成 https://，或去掉 ca_file")
        return self


class Retention(Section):
    """保存期限"""

    days: Annotated[int, Field(ge=1, le=3650)] = Field(180, description="原帖保存天数；被事件引用的随事件保存")
    gone_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        3, description="原帖在网上删除后，多少天内又出现就照旧保留，否则删去；被事件引用的随事件保存，注明原帖已删除"
    )
    patrol_days: Annotated[int, Field(ge=30, le=3650)] = Field(
        400, description="巡查记录逐条保存天数；每日汇总长期保存"
    )
    undo_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        90,
        description="管理页上的改动多少天内可以撤销；期满后不再保存改动前后的内容（如移除的联系方式），操作日志长期保存",
    )
    correction_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        180,
        description="人工更正所附的脱敏原文，从更正之日起保存天数（供 huiying train 学习）；原帖在网上删除的，随原帖删去；更正记录本身长期保存",
    )


class Alerting(Section):
    """提醒"""

    send_timeout_seconds: Seconds = Field(20, description="发送一条最多等多少秒")
    lease_seconds: Seconds = Field(60, description="一条待发提醒被领走后，多少秒没有结果就由别的进程重发")
    retry_seconds: tuple[Seconds, ...] = Field(
        (5, 15, 60, 120, 300, 600), min_length=1, description="发送失败后依次隔多少秒重试；用完后按最后一个间隔继续"
    )
    allow_private_hosts: tuple[str, ...] = Field(
        (), description="允许把提醒发往哪些内网主机，写成 主机:端口（如单位自己的短信网关）；其余内网地址一律拒绝"
    )
    poll_seconds: Seconds = Field(0.5, description="没有待发提醒时每隔多少秒看一次")

    link_hours: Annotated[float, Field(gt=0)] = Field(48, description="提醒里的签收链接多少小时后失效")
    alarm: tuple[Annotated[str, Field(pattern=r"^[a-z]+:\S.*$")], ...] = Field(
        (),
        description="回应台自身有故障（如发送进程停了）时，不经数据库直接通知谁，写成 渠道:地址，"
        "如 ['sms:13800138000']；渠道要先启用",
    )

    @property
    def alarm_pairs(self) -> list[tuple[str, str]]:
        """Whom to tell of trouble with the desk itself, as (channel, address)."""
        return [(channel, address) for channel, _, address in (one.partition(":") for one in self.alarm)]

    @model_validator(mode="after")
    def _lease_outlasts_the_timeout(self) -> Self:
        if self.lease_seconds <= self.send_timeout_seconds:
            raise ValueError("lease_seconds 应大于 send_timeout_seconds，否则同一条会被两个进程同时发送")
        return self


def _channels() -> dict[str, Any]:
    """One key for every file in alerts/channels that has Options: the file's name."""
    kinds = {name: getattr(module(alerts.channels, name), "Options", None) for name in names(alerts.channels)}
    return {
        name: (kind | None, Field(None, description=f"{kind.__doc__}渠道；留空则不用"))
        for name, kind in kinds.items()
        if kind is not None
    }


if TYPE_CHECKING:
    Alerts = Alerting
else:
    Alerts = create_model("Alerts", __base__=Alerting, __doc__=Alerting.__doc__, **_channels())


class Reports(Section):
    """报告"""

    dir: Path | None = Field(None, description="报告存放目录；留空用数据目录下的 reports")
    also: tuple[str, ...] = Field(
        (),
        description="除 .docx 外再存成哪些格式；名称即 casework/reports/formats 里的文件名。[pdf] 要装 LibreOffice，没有转成的以后用 huiying reports pdf 补转",
    )


class LanguageModel(Section):
    """语言模型"""

    url: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="用来起草情况综述和网民观点的语言模型接口（chat completions 格式）；留空则不用。只发去已遮盖个人信息的帖文；"
        "内网地址须列在 alerts.allow_private_hosts",
    )
    name: str = Field("", max_length=100, description="接口里模型的名称")
    key_file: Path | None = Field(None, description="只含接口密钥的文件；不需要密钥的留空")
    timeout_seconds: Seconds = Field(60, description="等它答复最多多少秒")


class Log(Section):
    """运行日志"""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="只记录这一级及以上的日志")
    to: Literal["files", "output"] = Field(
        "files", description="写到哪里：files 为数据目录的 logs；output 为标准输出，由容器或 systemd 收集和轮换"
    )
    max_mb: Annotated[float, Field(gt=0)] = Field(10, description="每个日志文件最大多少 MB")
    keep: Annotated[int, Field(ge=1)] = Field(5, description="保留几个旧日志文件")


class Rules(Section):
    """规则调整；在“管理 → 规则数值”页改过的，以页面上的为准"""

    severity: Mapping[str, Mapping[str, Any]] = Field(
        {}, description="按规则名改写等级规则的数字，如 {voices_3: {voices: 5}}；规则见 regulation/severity.yaml"
    )
    source_health: Mapping[str, Mapping[str, Any]] = Field(
        {},
        description="按规则名改写采集源健康规则的数字，如 {silent: {minutes: 60}}；规则见 regulation/source_health.yaml",
    )
    telling: Mapping[str, Any] = Field(
        {},
        description='改写发提醒的规矩，如 {quiet_from: "21:00", fail_over_seconds: 60}；见 regulation/telling.yaml',
    )
    oversight: Mapping[str, Any] = Field(
        {},
        description="改写回应台自查的规矩，如 {little_disk_mb: 5000}；见 regulation/oversight.yaml",
    )
    evaluation: Mapping[str, Mapping[str, Any]] = Field(
        {},
        description="按项目名改写总结评估的分值和数字，如 {report: {points: 20}}；规则见 regulation/evaluation.yaml",
    )
    calming: Mapping[str, Any] = Field(
        {},
        description="改写回应后舆情是否回落怎样算，如 {window_hours: 48}；见 regulation/calming.yaml",
    )
    escalation: tuple[Mapping[str, Any], ...] = Field(
        (),
        description="改写逐级提醒的分钟数，可对单个单位另定，如 [{severity: major, unit_head: 20}, "
        "{severity: major, unit: 区教体局, unit_head: 10}]；见 regulation/escalation.yaml",
    )
    duty: Mapping[str, Any] = Field(
        {},
        description="改写值班表的规矩，如 {warn_hours: 48}；见 regulation/duty.yaml",
    )
    upward: Mapping[str, Mapping[str, Any]] = Field(
        {},
        description="按上报对象改写名称和各等级的要求，如 {city_office: {label: 市政府办公室信息科, major: must}}；"
        "见 regulation/upward.yaml",
    )
    suggestions: Mapping[str, Mapping[str, Any]] = Field(
        {},
        description="按步骤改写意见建议的办理期限（工作日），如 {transferred: {days: 15}}，"
        "或书面报告报给谁，如 {report: {addressee: 县党务公开工作领导小组}}；见 regulation/suggestions.yaml",
    )
    risk: Mapping[str, Mapping[str, Any]] = Field(
        {},
        description="改写舆情风险评估的各等级从多少（可能性×影响）起，如 {high: {from: 15}}；见 regulation/risk.yaml",
    )
    closer_watch: Mapping[str, Mapping[str, Any]] = Field(
        {},
        description="风险评估为 medium（中）、high（高）的公开事项，公开后多少天内降低等级规则的门槛、加密采集，"
        "默认不启用，如 {high: {used: true, days: 30, threshold_percent: 50, interval_percent: 50, sources: [bbs]}}；"
        "见 regulation/closer_watch.yaml",
    )
    profiles: tuple[str, ...] = Field(
        (),
        description="另外启用哪些成套时限，如 [national]（政府机关的国办发〔2016〕61号、80号：5小时发布权威信息、"
        "24小时新闻发布会、48小时回应）、[outcome]（10个工作日内公布办理结果）；见 regulation/time_limits.yaml",
    )
    platforms: Mapping[str, Mapping[str, Any]] = Field(
        {},
        description="按编号改写、停用或增加发布平台，如 {gov_site: {name: 惠川区人民政府网}, mobile_paper: {used: false}}；"
        "见 regulation/platforms.yaml",
    )
    procedure: str = Field(
        "H",
        min_length=1,
        description="新提出的公开事项走哪种程序：H 为五步（提出、审核、审批、实施、归档），E 为六步（另有反馈）；"
        "已提出的仍按原程序办完；见 regulation/procedures.yaml",
    )
    secrecy_words: tuple[str, ...] = Field(
        (),
        description="公开前还要核对哪些本单位的词语，如 [未公布的项目代号]；表中出现即作提示，核销后才能公开；"
        "密级标志等其余各项见 regulation/secrecy.yaml",
    )
    disclosure_time: Mapping[str, Any] = Field(
        {},
        description="按公开时限的种类改写工作日数和提醒，如 {lasting: {days: 7, remind: [5, 0]}}；"
        "见 regulation/disclosure_time.yaml",
    )
    releases: Mapping[str, Any] = Field(
        {}, description='改写发布日历何时提醒，如 {remind_at: "15:00"}（前一个工作日）；见 regulation/releases.yaml'
    )
    periodic: Mapping[str, Any] = Field(
        {},
        description="定期文稿哪些要出、到期时间和提醒，如 {daily: {owed: true}, monthly: {working_days: 5}}；"
        "见 regulation/periodic.yaml",
    )
    watched_records: Mapping[str, Any] = Field(
        {},
        description="改写哪些公开事项随帖研判：发布后多少天内、至少几项，如 {days: 365}；见 regulation/watched_records.yaml",
    )
    watch_periods: tuple[str, ...] = Field(
        (),
        description='每天各巡查班次的开始时刻（北京时间），如 ["08:30", "17:30"]；'
        "留空用 regulation/watch_periods.yaml 的",
    )


class Settings(Section):
    """回应台的全部设置"""

    organisation: Organisation = Field(
        Organisation(), description="单位信息；在“管理 → 名称与抬头”页改过的，以页面上的为准"
    )
    data_dir: Path = Field(Path("var/data"), description="数据目录：数据库、索引、报告、日志都在里面")
    database: Database = Field(Database(), description="数据库")
    desk: Desk = Field(Desk(), description="网页值班台")
    sign_in: SignIn = Field(SignIn(), description="登录")
    crawl: Crawl = Field(Crawl(), description="采集")
    inbound: Inbound = Field(Inbound(), description="接收推送")
    judge: Judge = Field(Judge(), description="研判")
    search: Searching = Field(Searching(), description="全文搜索")
    retention: Retention = Field(Retention(), description="保存期限")
    alerts: Alerts = Field(Alerts(), description="提醒")
    reports: Reports = Field(Reports(), description="报告")
    rules: Rules = Field(Rules(), description="规则调整；在“管理 → 规则数值”页改过的，以页面上的为准")
    sample: bool = Field(False, description="是否为样例小镇（页面上会有横幅）；由 huiying up --sample 设定")
    language_model: LanguageModel = Field(LanguageModel(), description="语言模型（默认不用）")
    log: Log = Field(Log(), description="运行日志")
    workers: Workers = Field(Workers(), description="huiying up 在这台机器上起的各种进程的个数")

    @model_validator(mode="after")
    def _comes_back_safely(self) -> Self:
        if self.sign_in.oidc is not None:
            try:
                whole_address(self.public_url)
            except BadAddress:
                raise ValueError(
                    "用了 sign_in.oidc，就要把 desk.public_url 写成 https:// 开头的网址（只有本机可用 http://）："
                    "统一认证凭它送人回来"
                ) from None
        return self

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the record store, password included: never log or show it."""
        if self.database.url is None:
            return f"sqlite:///{self.data_dir / 'huiying.db'}"
        password = secret(self.database.password, self.database.password_file, "database")
        url = _address(self.database.url)
        return (url if password is None else url.set(password=password)).render_as_string(hide_password=False)

    @property
    def public_url(self) -> str:
        """Where people open the desk, without a slash at the end."""
        return (self.desk.public_url or f"http://{self.desk.host}:{self.desk.port}").rstrip("/")

    @property
    def reports_dir(self) -> Path:
        """Where filed reports lie."""
        return self.reports.dir or self.data_dir / "reports"

    @property
    def templates_dir(self) -> Path:
        """Where the office's own templates of reports lie."""
        return self.data_dir / "templates"

    @property
    def archive_dir(self) -> Path:
        """Where archive packages lie."""
        return self.data_dir / "archive"

    @property
    def sources_file(self) -> Path:
        """The sources file."""
        return self.crawl.sources_file

    @property
    def push_keys_dir(self) -> Path:
        """Where the keys of pushed sources lie."""
        return self.inbound.secrets_dir or self.data_dir / "inbound"

    @property
    def models_dir(self) -> Path:
        """Where the models lie that learned this desk's corrections."""
        return self.data_dir / "models"

    @property
    def logs_dir(self) -> Path:
        """Where the log files lie."""
        return self.data_dir / "logs"

    @property
    def record_search_file(self) -> Path:
        """Where the text index of disclosure records lies."""
        return self.data_dir / "records.db"

    @property
    def search_file(self) -> Path:
        """The embedded text index."""
        return self.data_dir / "search.db"


def _address(url: str) -> URL:
    """The parts of a database address. Raises ValueError (Chinese)."""
    # Read only where a database is named: loading this library takes longer than some commands run.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url)
    except ArgumentError:
        raise ValueError("不是数据库地址") from None


def secret(value: SecretStr | None, file: Path | None, what: str, key: str = "password_file") -> str | None:
    """The secret itself, from the environment or else from its file; None where neither is set.

    Raises BadSettings when the file cannot be read or is empty.
    """
    if value is not None:
        return value.get_secret_value()
    if file is None:
        return None
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSettings(f"读不到 {what}.{key} 指向的密码文件：{file}") from None
    if not text:
        raise BadSettings(f"{what}.{key} 指向的密码文件是空的：{file}")
    return text


def secrets(section: BaseModel, name: str) -> dict[str, str | None]:
    """Every secret of a group of settings called `name`, by key: `password` comes from `password_file` where not given."""
    keys = [key for key, field in type(section).model_fields.items() if is_secret(field)]
    return {key: secret(getattr(section, key), getattr(section, f"{key}_file", None), name) for key in keys}


def load(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings in force. `file` None means HUIYING_SETTINGS, else `huiying.yaml` if there is one.

    Paths in the file are relative to the file's folder. Raises BadSettings.
    """
    chosen = chosen_file(file, environment)
    written = {} if chosen is None else _read(chosen)
    _refuse_written_secrets(written, chosen)
    given, variables = _from_environment(environment)
    base = Path.cwd() if chosen is None else chosen.resolve().parent
    try:
        settings = Settings.model_validate(_merged(written, given))
    except ValidationError as error:
        raise BadSettings(_told(error, chosen, variables)) from None
    return _anchored(settings, base, variables)


def chosen_file(file: Path | None, environment: Mapping[str, str]) -> Path | None:
    """Which settings file holds: the named one, else HUIYING_SETTINGS, else huiying.yaml, else None. Raises BadSettings."""
    named = file or (Path(environment[FILE_VARIABLE]) if environment.get(FILE_VARIABLE) else None)
    if named is not None:
        if not named.is_file():
            raise BadSettings(f"找不到设置文件：{named}。用 huiying init 目录 可以生成一份")
        return named
    default = Path(DEFAULT_FILE)
    return default if default.is_file() else None


def _read(file: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadSettings(f"读不了设置文件 {file}：{reason(error)}") from None
    except UnicodeDecodeError:
        raise BadSettings(f"设置文件 {file} 不是 UTF-8 文字") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark is not None else "某一行"
        raise BadSettings(f"设置文件 {file} {where}不是正确的 YAML：请检查缩进、冒号和引号") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadSettings(f"设置文件 {file} 应是“名称: 值”的对照表")
    return value


def _refuse_written_secrets(written: Mapping[str, Any], file: Path | None) -> None:
    for path in _secret_keys(Settings):
        if _found(written, path) is not None:
            variable = PREFIX + path.upper().replace(".", "__")
            raise BadSettings(f"{file} 的 {path}：密码不能写在设置文件里，请改用 {path}_file 或环境变量 {variable}")
    url = _found(written, "database.url")
    if isinstance(url, str) and "@" in url and ":" in url.partition("://")[2].rpartition("@")[0]:
        raise BadSettings(f"{file} 的 database.url：地址里不能带密码，请改用 database.password_file")


def kinds_of(field: FieldInfo) -> tuple[Any, ...]:
    """What a setting may be: its type, or the members of its union."""
    annotation = field.annotation
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """The group of settings that stands under a key, or None for a single setting."""
    kinds = (kind for kind in kinds_of(field) if isinstance(kind, type) and issubclass(kind, BaseModel))
    return next(kinds, None)


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting may only come from the environment."""
    return SecretStr in kinds_of(field)


def _secret_keys(section: type[BaseModel], path: str = "") -> Iterator[str]:
    for key, field in section.model_fields.items():
        inner = section_of(field)
        if is_secret(field):
            yield f"{path}{key}"
        elif inner is not None:
            yield from _secret_keys(inner, f"{path}{key}.")


def _found(tree: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(tree, dict):
            return None
        tree = tree.get(key)
    return tree


def _from_environment(environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    tree: dict[str, Any] = {}
    variables: dict[str, str] = {}
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable in RESERVED_VARIABLES or variable.startswith(TEST_SERVERS):
            continue
        keys = variable.removeprefix(PREFIX).lower().split("__")
        branch = tree
        for key in keys[:-1]:
            branch = branch.setdefault(key, {})
            if not isinstance(branch, dict):
                raise BadSettings(f"环境变量 {variable} 与另一个 {PREFIX} 变量冲突")
        branch[keys[-1]] = _value(text, variable)
        variables[".".join(keys)] = variable
    return tree, variables


def _value(text: str, variable: str) -> Any:
    if not text.startswith(("[", "{")):
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise BadSettings(f"环境变量 {variable} 的值不是正确的列表或对照表") from None


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


_FAULTS = {
    "missing": "必须填写",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字（数字请加引号）",
    "string_too_short": "不能为空",
    "too_short": "至少要有一项",
    "tuple_type": "应为列表",
    "mapping_type": "应为“名称: 值”的对照表",
    "dict_type": "应为“名称: 值”的对照表",
    "model_type": "应为“名称: 值”的对照表",
    "path_type": "应为路径",
    "string_pattern_mismatch": "写法不对",
}


def _told(error: ValidationError, file: Path | None, variables: Mapping[str, str]) -> str:
    return "；".join(_told_one(detail, file, variables) for detail in error.errors())


def _told_one(detail: ErrorDetails, file: Path | None, variables: Mapping[str, str]) -> str:
    path = ".".join(str(key) for key in detail["loc"]) or "全部设置"
    variable = next((name for key, name in variables.items() if f"{path}.".startswith(f"{key}.")), None)
    where = f"环境变量 {variable}" if variable else f"设置文件 {file}" if file else "设置"
    if detail["type"] == "extra_forbidden":
        return f"{where}：没有“{path}”这一项设置，请检查拼写（全部设置见 docs/settings.md）"
    return f"{where} 的 {path}：{_fault(detail)}"


def _fault(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    bounds = {
        "greater_than": "应大于",
        "greater_than_equal": "应不小于",
        "less_than": "应小于",
        "less_than_equal": "应不大于",
    }
    if kind in bounds:
        return f"{bounds[kind]} {next(iter(context.values()))}"
    if kind == "literal_error":
        return f"只能是 {context['expected'].replace(' or ', '、').replace(', ', '、')}"
    if kind == "value_error":
        return str(context["error"])
    return _FAULTS.get(kind, "值不能用")


def _anchored(section: M, base: Path, variables: Mapping[str, str], path: str = "") -> M:
    """Make every path whole: one from the environment starts at the working directory, any other at `base`."""
    changed: dict[str, Any] = {}
    for key in type(section).model_fields:
        value, name = getattr(section, key), f"{path}{key}"
        if isinstance(value, Path):
            changed[key] = (Path.cwd() if name in variables else base) / value
        elif isinstance(value, BaseModel):
            changed[key] = _anchored(value, base, variables, f"{name}.")
    return section.model_copy(update=changed)
