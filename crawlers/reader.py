"""The one Scrapy spider: asks for what the errands want and hands them what comes back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.utils.asyncio import call_later
from selectolax.lexbor import SelectolaxError

from crawlers.addresses import resolved
from crawlers.bodies import refuse_binary, unpacked, unpacked_file
from crawlers.encoding import decoded
from crawlers.errands import Answer, Call, Errand
from crawlers.outcomes import Outcome
from crawlers.politeness import LeftAlone, give_up_waiting, pause_asked_for
from crawlers.reading import Page, Unreadable
from crawlers.stopwatch import no_longer_than

_FAULTS: tuple[tuple[str, Outcome, str], ...] = (
    ("DownloadTimeoutError", Outcome.TIMEOUT, "超时"),
    ("TimeoutError", Outcome.TIMEOUT, "超时"),
    ("TCPTimedOutError", Outcome.TIMEOUT, "超时"),
    ("DownloadCancelledError", Outcome.TOO_LARGE, "网页超过大小上限"),
    ("ResponseDataLossError", Outcome.UNREACHABLE, "网页没有传完就断了"),
    ("UnsupportedURLSchemeError", Outcome.HTTP_ERROR, "网页跳转到不能访问的地址"),
    ("NotSupported", Outcome.HTTP_ERROR, "网页跳转到不能访问的地址"),
    ("ValueError", Outcome.HTTP_ERROR, "网页跳转到不能访问的地址"),
    ("CannotResolveHostError", Outcome.UNREACHABLE, "找不到这个网站（域名解析不出）"),
    ("DNSLookupError", Outcome.UNREACHABLE, "找不到这个网站（域名解析不出）"),
    ("DownloadConnectionRefusedError", Outcome.UNREACHABLE, "对方拒绝连接"),
)


_LINK = re.compile(r"""<([^<>]*)>[^,<>]*?;\s*rel\s*=\s*"?([\w.:/-]+)""", re.IGNORECASE)
_LONGEST_LINK_HEADER = 4000


class Reader(scrapy.Spider):
    """Reads all errands side by side; a fault of one is a fault of that one alone."""

    name = "reader"

    def __init__(
        self, errands: Iterable[Errand], now: Callable[[], datetime], refused: Callable[[str, int], bool], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._errands = list(errands)
        self.now = now
        self._refused = refused
        self._patience = 0.0
        self._largest = 0

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Reader:
        """Built by Scrapy."""
        spider: Reader = super().from_crawler(crawler, *args, **kwargs)
        spider._patience = crawler.settings.getfloat("HUIYING_READING_SECONDS")
        spider._largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        crawler.signals.connect(spider.broke, signal=signals.spider_error)
        crawler.signals.connect(spider.opened, signal=signals.spider_opened)
        return spider

    def opened(self, spider: Any) -> None:
        """The crawl begins, and will end in time."""
        call_later(self.crawler.settings.getfloat("HUIYING_RUN_SECONDS"), self.out_of_time)

    def out_of_time(self) -> None:
        """Cut off what is not read; the few requests under way end by their own time-out.

        Scrapy's CLOSESPIDER_TIMEOUT would first let every request that waits have its turn.
        """
        for errand in self._errands:
            errand.finish(cut_off=True)
        give_up_waiting(self.crawler, lambda _: True)

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each errand."""
        for errand in self._errands:
            for call in errand.begin(self.now()):
                yield self._request(errand, call)

    def _request(self, errand: Errand, call: Call) -> Any:
        headers = {}
        if call.known and call.known.etag:
            headers["If-None-Match"] = call.known.etag
        if call.known and call.known.last_modified:
            headers["If-Modified-Since"] = call.known.last_modified
        return scrapy.Request(
            call.follow.url,
            headers=headers,
            callback=self.came,
            errback=self.missed,
            dont_filter=True,
            cb_kwargs={"errand": errand, "call": call},
        )

    def came(self, response: Any, errand: Errand, call: Call) -> list[Any]:
        """A page came."""
        at = self.now()
        calls: list[Call] = []
        if call.recheck and (response.status == 304 or 200 <= response.status < 300):
            errand.there(call, at)
        elif response.status == 304:
            errand.not_modified(call, at)
        elif 200 <= response.status < 300:
            try:
                answer = self._answer(response, at)
                with no_longer_than(self._patience):
                    calls = errand.read(call, answer)
            except Unreadable as fault:
                errand.failed(call, fault.outcome, str(fault))
            except (MemoryError, SelectolaxError):  # how the parser tells that there was no memory for its tree
                errand.failed(call, Outcome.TOO_LARGE, "读这个网页要用的内存超过上限")
        else:
            self._refusal(response, errand, call, at)
        requests = [self._request(errand, following) for following in calls]
        return requests + [self._request(errand, again) for again in errand.settled(call, at)]

    def missed(self, failure: Any) -> list[Any]:
        """A page could not be had."""
        errand, call = (failure.request.cb_kwargs[name] for name in ("errand", "call"))
        outcome, detail = self._fault(failure)
        errand.failed(call, outcome, detail, getattr(failure.value, "pause", None))
        return [self._request(errand, again) for again in errand.settled(call, self.now())]

    def broke(self, failure: Any, response: Any, spider: Any) -> None:
        """Our own reading of a page raised: a bug, kept to this source. Only the error's kind and place are told."""
        errand, call = (response.request.cb_kwargs[name] for name in ("errand", "call"))
        errand.failed(call, Outcome.CRASHED, f"读取网页时程序出错（{place_of(failure.value)}）")
        for again in errand.settled(call, self.now()):
            self.crawler.engine.crawl(self._request(errand, again))

    def closed(self, reason: str) -> None:
        """The crawl ends, by itself or because its time or memory is used up."""
        for errand in self._errands:
            if reason == "memusage_exceeded" and not errand.over:
                errand.faults.append((Outcome.CUT_OFF, "采集进程的内存到了上限"))
            errand.finish(cut_off=True)

    def _answer(self, response: Any, at: datetime) -> Answer:
        sent = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        header = _header(response, "Content-Type") or ""
        kind = header.partition(";")[0].strip().lower()
        body, flags = unpacked(response.body, sent, self._largest)
        body, cut = unpacked_file(body, response.url, kind, self._largest)
        if not body.strip():
            raise Unreadable(Outcome.EMPTY_PAGE, "网页是空的")
        refuse_binary(body)
        text = decoded(body, header)
        return Answer(
            page=Page(
                url=response.url,
                text=text.text,
                fetched_at=at,
                content_type=kind,
                flags=tuple(dict.fromkeys((*flags, *cut, *text.flags))),
                links=_links(response),
            ),
            fingerprint=hashlib.sha256(body).hexdigest(),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )

    def _refusal(self, response: Any, errand: Errand, call: Call, at: datetime) -> None:
        pause = pause_asked_for(response.status, _header(response, "Retry-After"), at)
        # A stored post that is looked at again stands on an ordinary page, of which the kind knows nothing.
        unasked = pause is not None or call.recheck
        meant = None if unasked else errand.refused(response.status, self._said(response, at))
        if pause is not None:
            errand.failed(call, Outcome.SLOW_DOWN, "对方要求放慢", pause)
        elif meant is not None:
            errand.failed(call, meant.outcome, str(meant))
        elif 300 <= response.status < 400:
            errand.failed(call, Outcome.HTTP_ERROR, "网页跳转到不能访问的地址")
        elif response.status in (401, 403):
            errand.failed(call, Outcome.HTTP_ERROR, f"对方不允许访问（{response.status}）")
        elif response.status in (404, 410):
            errand.gone(call, f"网页不存在（{response.status}）", at)
        else:
            errand.failed(call, Outcome.HTTP_ERROR, f"对方报错（{response.status}）")

    def _said(self, response: Any, at: datetime) -> str:
        try:
            return self._answer(response, at).page.text
        except Unreadable:
            return ""

    def _fault(self, failure: Any) -> tuple[Outcome, str]:
        error = failure.value
        if isinstance(error, LeftAlone):
            return Outcome.SLOW_DOWN, "对方要求放慢"
        if isinstance(error, Unreadable):
            return error.outcome, str(error)
        if isinstance(error, scrapy.exceptions.IgnoreRequest):
            robots = "robots.txt" in str(error)
            return (Outcome.ROBOTS, "robots.txt 不允许") if robots else (Outcome.HTTP_ERROR, "网页跳转次数太多")
        parts = urlsplit(failure.request.url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        if self._refused(parts.hostname or "", port):
            return (
                Outcome.PRIVATE_ADDRESS,
                "地址指向内网，已拒绝（要采集内网地址，请在设置的 allow_private_hosts 里写明）",
            )
        names = [kind.__name__ for kind in type(error).__mro__]
        for name, outcome, detail in _FAULTS:
            if name in names:
                return outcome, detail
        if any(sign in repr(error) for sign in ("SSL", "certificate", "VerificationError")):
            return Outcome.UNREACHABLE, "对方的安全证书无效"
        return Outcome.UNREACHABLE, "连不上，或对方的回答不合规范"


def place_of(error: BaseException) -> str:
    """The kind of an error and where in our code it was raised, without its message, which may quote a page."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("crawlers"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place}".strip()


def _links(response: Any) -> dict[str, str]:
    said = b",".join(response.headers.getlist("Link")).decode("latin-1")[:_LONGEST_LINK_HEADER]
    found = ((relation, resolved(response.url, link)) for link, relation in _LINK.findall(said))
    return {relation.lower(): address for relation, address in found if address is not None}


def _header(response: Any, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None
