"""Drops from a web address what only says through whom or from where somebody came, so that one page has one address.

Account names are dropped where posts are let in, by `nlp.permalinks`.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"utm_\w+|spm(?:_id_from)?|scm|share_?\w+|fbclid|gclid|yclid|msclkid|mc_[ce]id|_ga|_gl|hmsr|hmpl|hmcu|hmkw|hmci|"
    r"bd_vid|isappinstalled|nsukey|clicktime|enterid|vd_source|jsessionid|phpsessid|wxshare\w*|chksm|tt_from|track\w+",
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
)
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
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(key, value)]
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
