"""The address that a monitoring system (Prometheus) reads: figures of the desk, for whoever shows the token of the settings."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable, Iterator

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.backstage import Backstage
from huiying.metrics_token import metrics_token
from pipeline.metrics import Metric, Sample, metrics
from records.secret_files import UnusableSecret

log = logging.getLogger(__name__)

PATH = "/metrics"
_PREFIX = "huiying_"
_SCHEME = "Bearer "
_HEADERS = {"Cache-Control": "no-store"}


class Exposing:
    """The endpoint over one desk. Without a token in the settings it is not there."""

    def __init__(self, parts: Backstage) -> None:
        self._parts = parts

    async def show(self, request: Request) -> Response:
        """The figures of this moment."""
        try:
            token = metrics_token(self._parts.settings)
        except UnusableSecret as why:
            log.error("no metrics: %s", why)
            return _refusal(503, "没有可用的令牌")
        if token is None:
            return _refusal(404, "没有这个页面")
        if not _proven(request.headers.get("authorization", ""), token):
            return _refusal(401, "没有通过校验")
        try:
            return await run_in_threadpool(self._written)
        except SQLAlchemyError:
            log.exception("the store does not answer")
            return _refusal(503, "数据库没有应答")

    def _written(self) -> Response:
        # Imported here: who is not asked for metrics needs no library for them.
        from prometheus_client import CONTENT_TYPE_LATEST

        return Response(exposition(self._measured()), media_type=CONTENT_TYPE_LATEST, headers=_HEADERS)

    def _measured(self) -> list[Metric]:
        desk = self._parts.desk
        sources = desk.sources.current().sources
        with self._parts.store.reading() as t:
            measured = metrics(t, self._parts.now(), sources, desk.health_rules)
        return [*measured, *self._disk()]

    def _disk(self) -> Iterator[Metric]:
        try:
            free = [Sample(self._parts.desk.free(self._parts.settings.data_dir))]
        except OSError:
            log.exception("the data folder cannot be looked at")
            free = []
        yield Metric("disk_free_bytes", "数据目录所在磁盘剩余多少字节；看不到就没有这一项", free)


def exposition(measured: Iterable[Metric]) -> bytes:
    """The metrics in the text format that Prometheus reads."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import GaugeMetricFamily

    class Measured:
        def collect(self) -> Iterator[GaugeMetricFamily]:
            for metric in measured:
                family = GaugeMetricFamily(_PREFIX + metric.name, metric.said)
                for sample in metric.samples:
                    family.add_sample(_PREFIX + metric.name, dict(sample.labels), float(sample.value))
                yield family

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Measured())
    return bytes(generate_latest(registry))


def _proven(header: str, token: bytes) -> bool:
    given = header[len(_SCHEME) :].strip() if header.startswith(_SCHEME) else ""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token)


def _refusal(status: int, reason: str) -> Response:
    asked = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return PlainTextResponse(reason, status_code=status, headers={**_HEADERS, **asked})
