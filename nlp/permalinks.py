"""Turns a web address into one that names no account, or into nothing."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from nlp.cleaning import cleaned

MAX_LENGTH = 500

# Sites whose posts have an address without the account: (host, path of the usual address, path of the neutral one).
_NEUTRAL = (
    ("weibo.com", re.compile(r"/(?:\d+|[\w-]+)/([A-Za-z0-9]{6,20})"), "https://weibo.com/detail/{}"),
    ("weibo.com", re.compile(r"/detail/([A-Za-z0-9]+)"), "https://weibo.com/detail/{}"),
    ("weibo.cn", re.compile(r"/(?:status|detail|\d+)/([A-Za-z0-9]+)"), "https://m.weibo.cn/detail/{}"),
    ("x.com", re.compile(r"/\w+/status/(\d+)"), "https://x.com/i/status/{}"),
    ("twitter.com", re.compile(r"/\w+/status/(\d+)"), "https://x.com/i/status/{}"),
)
_ACCOUNT_SITES = (
    "weibo.com",
    "weibo.cn",
    "x.com",
    "twitter.com",
    "space.bilibili.com",
    "facebook.com",
    "instagram.com",
)
_ACCOUNT_SEGMENT = re.compile(
    r"(?:u|user|users|usr|uid|profile|profiles|people|member|members|space|spaces|author|authors|home|account|accounts|member\.php|space\.php|i/user|blogger|creator|vip)"
    r"(?:[-_.=]?\d.*)?|[@~].*|(?:space|home)-(?:uid|username).*|space-.*\.html?|.*[@＠].*",
    re.I,
)
_ACCOUNT_KEY = re.compile(
    r"(?:.*_)?(?:uid|user|users|userid|username|user_?name|nick|nickname|author|authorid|account|openid|unionid|member|memberid|sec_?uid|secuid|touid|suid|"
    r"from_?uid|share_?uid|sharer.*|inviter|phone|mobile|tel|email|mail|token|xsec_token|session|sid|ticket|key|sign|passwd|password|pwd|did|device_?id|iid|ip|__biz|name)",
    re.I,
)
_SAFE_VALUE = re.compile(r"[\w.,:+-]{0,80}")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_FLOOR = re.compile(r"(?:p|pid|post|reply|comment|floor|f|c|l|lou)?[-_]?\d{1,12}", re.I)
# The usual address of a post: host and path alone, in characters that mean nothing but themselves.
_PLAIN = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[A-Za-z0-9_.-]*)*)")
_MAYBE_ACCOUNT = re.compile(r"/(?:u|p(?:rofile|eople)|member|space|author|home|account|blogger|creator|vip)", re.I)


def neutral_permalink(url: str | None) -> str | None:
    """The address without account names, or None where none is left that leads to the post.

    Applying it twice gives the same as once.
    """
    if url is None:
        return None
    if _names_nobody(url):
        return url
    try:
        parts = urlsplit(cleaned(url).replace(" ", ""))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "%" in host or "〔" in url:
        return None
    bare_host = _bare_host(host)
    for site, pattern, neutral in _NEUTRAL:
        if bare_host == site and (found := pattern.fullmatch(parts.path.rstrip("/"))):
            return neutral.format(found[1])
    if bare_host in _ACCOUNT_SITES or _names_account(parts):
        return None
    address = urlunsplit(
        (parts.scheme, host if port is None else f"{host}:{port}", parts.path, _query(parts), _fragment(parts))
    )
    return address if len(address) <= MAX_LENGTH else None


def _names_nobody(url: str) -> bool:
    """Whether it takes one look to see that the address is neutral as it is."""
    plain = _PLAIN.fullmatch(url)
    return (
        plain is not None
        and len(url) <= MAX_LENGTH
        and _bare_host(plain[1]) not in _ACCOUNT_SITES
        and _MAYBE_ACCOUNT.search(plain[2]) is None
        and _PHONE.search(plain[2]) is None
    )


def _bare_host(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")


def _names_account(parts: SplitResult) -> bool:
    if _PHONE.search(parts.path):
        return True
    if any(_ACCOUNT_SEGMENT.fullmatch(segment) for segment in parts.path.split("/") if segment):
        return True
    return any(
        key.lower() in ("mod", "do", "ac") and value.lower() in ("space", "home", "profile")
        for key, value in _pairs(parts)
    )


def _pairs(parts: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(parts.query, keep_blank_values=False)


def _query(parts: SplitResult) -> str:
    return urlencode(
        [
            (key, value)
            for key, value in _pairs(parts)
            if not _ACCOUNT_KEY.fullmatch(key) and _SAFE_VALUE.fullmatch(value) and not _PHONE.search(value)
        ],
        safe=",:",
    )


def _fragment(parts: SplitResult) -> str:
    return parts.fragment if _FLOOR.fullmatch(parts.fragment) else ""
