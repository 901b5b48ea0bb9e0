"""Finds the address that an article page itself calls its own, where that can be believed."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from crawlers.addresses import permalink, resolved, without_anchor

_TWIN = re.compile(r"(?:www|m|wap|mobile|3g)\.")
_NUMBERED = re.compile(r"(?=.*\d).{2,}")


def canonical(root: LexborNode, url: str) -> str | None:
    """The address of `<link rel=canonical>`; None where there is none, or it may be that of another page.

    Many sites give their start page, or the list, as the canonical one of all pages. So it must be of the same site, and
    what tells its page from others (a number in the last part of its path) must stand in the page's own address too.
    """
    link = root.css_first("link[rel=canonical][href]")
    said = resolved(url, link.attributes.get("href") or "") if link is not None else None
    if said is None:
        return None
    named = urlsplit(said)
    own = urlsplit(url)
    name = named.path.rstrip("/").rpartition("/")[2].partition(".")[0]
    words = {*re.split(r"[/.]", own.path), *(value for _, value in parse_qsl(own.query))}
    if _site(named.hostname) != _site(own.hostname) or not _NUMBERED.fullmatch(name) or name not in words:
        return None
    return without_anchor(permalink(said))


def _site(host: str | None) -> str:
    return _TWIN.sub("", host or "", count=1)
