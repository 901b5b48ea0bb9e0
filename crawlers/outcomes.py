"""What came of reading a source once: answered, or not and why."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """One word for the patrol log. Only an answered source counts as patrolled."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    NOTHING_EXTRACTED = "nothing_extracted"
    SIGN_IN = "sign_in"
    NOT_EXPECTED = "not_expected"
    BAD_CONTENT = "bad_content"
    TOO_LARGE = "too_large"
    EMPTY_PAGE = "empty_page"
    ROBOTS = "robots"
    PRIVATE_ADDRESS = "private_address"
    SLOW_DOWN = "slow_down"
    HTTP_ERROR = "http_error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    FOLDER_MISSING = "folder_missing"
    HUNG = "hung"
    CUT_OFF = "cut_off"
    CRASHED = "crashed"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return _LABELS[self.value]

    @property
    def answered(self) -> bool:
        """Whether the source was really read."""
        return self in (Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY)


_LABELS = {
    "ok": "已采集",
    "unchanged": "已查看，无变化",
    "empty": "已查看，暂无内容",
    "nothing_extracted": "读到网页但取不出内容（网页可能改版）",
    "sign_in": "要求登录",
    "not_expected": "内容不是所设的类别",
    "bad_content": "内容无法解析",
    "too_large": "内容过大",
    "empty_page": "网页是空的",
    "robots": "对方 robots.txt 不允许",
    "private_address": "地址指向内网，已拒绝",
    "slow_down": "对方要求放慢",
    "http_error": "对方报错",
    "timeout": "超时",
    "unreachable": "连不上",
    "folder_missing": "文件夹不存在或打不开",
    "hung": "采集卡住，已终止",
    "cut_off": "未采完，将接着采",
    "crashed": "采集程序出错",
}

FLAGS = {
    "date_missing": "没有可读的时间，以采集时间代替",
    "date_clamped": "时间在将来，以采集时间代替",
    "truncated": "正文不完整（传输中断或过长）",
    "broken_encoding": "有无法辨认的字",
    "broken_feed": "订阅有残缺，能读的已读",
    "broken_sitemap": "网站地图不完整、有误或过长，能读的已读",
    "no_title": "没有标题",
    "max_pages": "到了一次最多读的页数",
    "backlog": "首次采集时已有的旧帖",
    "gone": "原帖已删除或打不开",
}
"""What the flags of posts and crawls mean, in Chinese."""
