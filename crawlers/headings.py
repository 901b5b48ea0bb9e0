"""Tells from the headings of an exported table which column holds what; a column that it does not name is never read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from records.words import Channel

Asked = Mapping[str, tuple[str, ...] | None]
"""What a row of the sources file says of the columns: headings by field, none at all (), or None to recognise them."""

# In order of preference. Who called or wrote, their number, account, address or place stands nowhere here. 序号 is no
# name of a row either: it counts the rows of one export.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("工单编号", "工单号", "诉求编号", "受理编号", "受理单号", "信件编号", "事件编号", "流水号", "业务编号"),
        *("微博id", "帖子编号", "帖子id", "文章id", "信息id", "唯一标识", "编号", "mid", "id"),
    ),
    "text": (
        *("诉求内容", "工单内容", "来电内容", "反映内容", "投诉内容", "咨询内容", "受理内容", "问题内容", "事件内容"),
        *("诉求描述", "问题描述", "事件描述", "工单描述", "正文", "正文内容", "全文", "全文内容", "原文", "原文内容"),
        *("微博内容", "帖子内容", "文章内容", "信息内容", "发布内容", "评论内容", "留言内容", "信件内容", "内容"),
        *("具体内容", "详细内容", "主要内容", "内容描述", "描述", "详情", "内容摘要", "摘要"),
        *("text", "content", "body"),
    ),
    "title": (
        *(
            "工单标题",
            "诉求标题",
            "诉求主题",
            "工单主题",
            "信件标题",
            "文章标题",
            "帖子标题",
            "信息标题",
            "标题",
            "主题",
        ),
        *("title", "subject"),
    ),
    "published": (
        *("发布时间", "发表时间", "发帖时间", "发文时间", "评论时间", "留言时间", "来电时间", "诉求时间", "反映时间"),
        *("投诉时间", "受理时间", "登记时间", "来信时间", "提交时间", "创建时间", "工单时间", "发布日期", "来电日期"),
        *(
            "受理日期",
            "登记日期",
            "时间",
            "日期",
            "published_at",
            "publish_time",
            "created_at",
            "pubtime",
            "time",
            "date",
        ),
    ),
    "seen": ("采集时间", "抓取时间", "监测时间", "入库时间", "seen_at"),
    "channel": (
        *("来源渠道", "诉求渠道", "受理渠道", "工单渠道", "渠道", "渠道名称", "来源平台", "平台", "平台名称"),
        *("媒体类型", "来源类型", "信息类型", "载体类型", "诉求来源", "工单来源", "信息来源", "来源", "channel"),
    ),
    "url": (
        *(
            "原文链接",
            "文章链接",
            "帖子链接",
            "信息链接",
            "微博链接",
            "原文地址",
            "链接地址",
            "原文网址",
            "链接",
            "网址",
        ),
        *("url", "link"),
    ),
    "comments": ("评论数", "评论量", "评论总数", "回复数", "回复量", "跟帖数", "回帖数", "comments"),
    "reposts": ("转发数", "转发量", "分享数", "分享量", "转载数", "转载量", "reposts"),
    "likes": ("点赞数", "点赞量", "赞数", "获赞数", "点赞", "likes"),
    "views": (*("阅读数", "阅读量", "浏览数", "浏览量", "点击数", "点击量", "播放数", "播放量", "查看数", "views"),),
    "in_reply_to": ("in_reply_to",),
}

# The first that stands in the shown word: 视频号 belongs to 微信 and is a video all the same.
_CHANNELS: tuple[tuple[str, Channel], ...] = (
    ("评论", Channel.COMMENT),
    ("跟帖", Channel.COMMENT),
    ("视频", Channel.VIDEO),
    ("抖音", Channel.VIDEO),
    ("快手", Channel.VIDEO),
    ("直播", Channel.VIDEO),
    ("bilibili", Channel.VIDEO),
    ("哔哩", Channel.VIDEO),
    ("微博", Channel.MICROBLOG),
    ("公众号", Channel.WECHAT),
    ("微信", Channel.WECHAT),
    ("12345", Channel.HOTLINE),
    ("热线", Channel.HOTLINE),
    ("电话", Channel.HOTLINE),
    ("来电", Channel.HOTLINE),
    ("论坛", Channel.FORUM),
    ("贴吧", Channel.FORUM),
    ("新闻", Channel.NEWS),
    ("报刊", Channel.NEWS),
    ("电子报", Channel.NEWS),
    ("客户端", Channel.NEWS),
)

_WHO = (
    "来电人?|诉求人|反映人|投诉人|举报人|求助人|来信人|申请人|当事人|联系人?|市民|群众|客户|网民|用户|作者|博主|楼主|"
    "发布[者人]|发帖[者人]|发文[者人]|账号|帐号|user|author|account"
)
_WHAT = (
    "姓名|昵称|电话|电话号码|联系方式|手机|手机号码?|身份证号?码?|证件号码?|住址|家庭住址|性别|年龄|微信号|qq号?|邮箱|头像|"
    "粉丝数?|ip|ip地址|ip属地|属地|nickname|screenname|username|userid|uid|openid|avatar|gender|phone|mobile|email"
)
_WHAT_OF_SOMEBODY = "名|名字|名称|号码|地址|地区|主页|id|name"
_PERSONAL = re.compile(rf"(?:{_WHO})(?:的?(?:{_WHAT}|{_WHAT_OF_SOMEBODY}))?|{_WHAT}")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_PADDING = re.compile(r"[\s*:_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a table stand, by field; `guessed` are the fields that no row of the sources file names.

    `missing` are headings that were asked for and are not there, `doubled` headings that stand there more than once: the
    first of them is read.
    """

    places: Mapping[str, tuple[int, ...]]
    guessed: frozenset[str]
    missing: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def fit(self) -> int:
        """How well a row serves as the heading of a table: 0 where it names no column with a text."""
        return len(self.places) if "text" in self.places else 0


def columns_of(headings: Sequence[object], asked: Asked) -> Columns:
    """What the columns under these headings hold."""
    standing: dict[str, list[int]] = {}
    for place, shown in enumerate(headings):
        if isinstance(shown, str) and (name := plain_heading(shown)):
            standing.setdefault(name, []).append(place)
    places: dict[str, tuple[int, ...]] = {}
    wanted = {field: names for field, names in asked.items() if names is not None}
    for field, names in wanted.items():
        found = [standing[name][0] for name in map(plain_heading, names) if name in standing]
        if found:
            places[field] = tuple(found)
    taken = {place for found in places.values() for place in found}
    guessed = [field for field in HEADINGS if field not in wanted]
    for field in guessed:
        named = (standing[name][0] for name in _PLAIN[field] if name in standing)
        first = next((place for place in named if place not in taken), None)
        if first is not None:
            places[field] = (first,)
            taken.add(first)
    return Columns(
        places,
        frozenset(guessed),
        tuple(name for names in wanted.values() for name in names if plain_heading(name) not in standing),
        tuple(str(headings[found[0]]).strip() for found in standing.values() if len(found) > 1 and found[0] in taken),
    )


def plain_heading(shown: str) -> str:
    """A heading without what differs from export to export: width, case, spaces, stars and remarks in brackets."""
    folded = unicodedata.normalize("NFKC", shown[:200]).lower()
    return _PADDING.sub("", _BRACKETED.sub("", folded)) or _PADDING.sub("", folded)


_PLAIN = {field: tuple(plain_heading(name) for name in names) for field, names in HEADINGS.items()}


def is_personal(heading: str) -> bool:
    """Whether such a column, or any part of such a path, says who called or wrote, or how to find them."""
    return any(_PERSONAL.fullmatch(plain_heading(part)) for part in heading.split("."))


def channel_of(word: str, named: Mapping[str, Channel], guess: bool) -> Channel | None:
    """The channel that an export means by a word: as `named` says, by our own names, or else (`guess`) by what it holds."""
    said = unicodedata.normalize("NFKC", word).strip().lower()
    for name, channel in named.items():
        if unicodedata.normalize("NFKC", name).strip().lower() == said:
            return channel
    if said in set(Channel):
        return Channel(said)
    if not guess:
        return None
    labelled = (channel for channel in Channel if said == channel.label)
    return next(labelled, None) or next((channel for part, channel in _CHANNELS if part in said), None)
