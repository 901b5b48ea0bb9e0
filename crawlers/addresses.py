"""Drops from a web address what only says through whom or from where somebody came, so that one page has one address.

Account names are dropped where posts are let in, by `nlp.permalinks`.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    # Campaigns and clicks
    r"utm_\w+|spm(?:_id_from)?|scm|[fgdty]?clid|ttclid|twclid|fbclid|gclid|gbraid|wbraid|yclid|msclkid|igshid|mc_[ce]id|mkt_tok|_ga|_gl|_hs\w+|"
    r"hm(?:sr|pl|cu|kw|ci)|bd_vid|_openstat|(?:pk|mtm|matomo|piwik|vero|oly)_\w+|s_cid|cmpid|ref_(?:src|url)|from_spmid|spss|sps(?:nuid|devid|vid|share|ts|token)|_zbs\w*|wfr|"
    # Who shared it, with what, when
    r"share_?\w+|sharer_\w+|wxshare\w*|xhsshare|author_share|origin_?share\w+|unique_k|vd_source|buvid|xsec_\w+|appuid|apptime|tt_from|req_id|use_new_style|"
    r"isappinstalled|nsukey|clicktime|enterid|exportkey|pass_ticket|wx_header|devicetype|ascene|subscene|chksm|luicode|lfid|featurecode|u_code|with_sec_did|from_ssr|track\w+|"
    # Sessions
    r"jsessionid|phpsessid|aspsessionid\w*",
    re.IGNORECASE,
)
# Names that some sites give to a page's own number: dropped only where the value cannot be one.
_TRACKING_BY_VALUE = (
    (
        re.compile(r"from|source|src|ref|refer|referer|referrer|scene|share|track", re.IGNORECASE),
        re.compile(r"[A-Za-z_.-]+"),
    ),
    (re.compile(r"timestamp|ts|t|_t|_|rand|random", re.IGNORECASE), re.compile(r"\d{10}|\d{13}|0\.\d+")),
    (re.compile(r"sid|session\w*", re.IGNORECASE), re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{16,}")),
    (re.compile(r"for", re.IGNORECASE), re.compile(r"pc|mobile|wise")),
    (re.compile(r"amp", re.IGNORECASE), re.compile(r"|1|true")),
    (re.compile(r"iid|did|device_?id", re.IGNORECASE), re.compile(r"(?=.*[A-Fa-f])[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}")),
)
_NAMING = {"mp.weixin.qq.com": frozenset({"__biz", "mid", "idx", "sn"}), "baijiahao.baidu.com": frozenset({"id"})}
"""Of sites that add ever new parameters: those that name a page."""
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def resolved(base: str, link: str) -> str | None:
    """The http(s) address that `link` on the page `base` leads to; None where it leads to none."""
    try:
        address = urljoin(base, link.strip())
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def permalink(url: str) -> str:
    """The address without tracking parameters, session ids, user information and a default port.

    The order of the remaining parameters and the #anchor stay. Applying it twice gives the same as once.
    """
    parts = urlsplit(url)
    path = _SESSION_PATH.sub("", parts.path) or "/"
    naming = _NAMING.get(parts.hostname or "")
    given = parse_qsl(parts.query, keep_blank_values=True)
    if naming and any(key in naming for key, _ in given):
        given = [(key, value) for key, value in given if key in naming]
    kept = [(key, value) for key, value in given if not _tracks(key, value)]
    # Left as it was written where nothing is dropped: a GBK-encoded parameter would not survive the round trip.
    untouched = len(kept) == len(parts.query.split("&")) if parts.query else True
    query = parts.query if untouched else urlencode(kept, errors="surrogateescape")
    return urlunsplit((parts.scheme, _host(parts), path, query, parts.fragment))


def without_anchor(url: str) -> str:
    """The address of the whole page."""
    return urlunsplit(urlsplit(url)._replace(fragment=""))


def _tracks(key: str, value: str) -> bool:
    if _TRACKING.fullmatch(key):
        return True
    return any(name.fullmatch(key) and shape.fullmatch(value) for name, shape in _TRACKING_BY_VALUE)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"
