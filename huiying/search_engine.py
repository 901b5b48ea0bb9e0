"""Opens the text index over posts that the settings ask for."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING

from huiying.settings import BadSettings, Settings, secret
from storage.search.embedded import EmbeddedIndex
from storage.search.text_index import TextIndex

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

WRITE_FACTOR = 6
"""A write may take so many times as long as a question."""


def client(settings: Settings) -> Elasticsearch | None:
    """What asks the cluster; None where the index is embedded. Nothing is asked yet. Raises BadSettings."""
    search = settings.search
    if search.engine == "embedded":
        return None
    # Imported here: who has no cluster needs no library for it.
    from elasticsearch import Elasticsearch

    password = secret(search.password, search.password_file, "search")
    api_key = secret(search.api_key, search.api_key_file, "search", "api_key_file")
    if search.user and password is None:
        raise BadSettings("设置 search.user 已填，还要 search.password_file（只含密码的文件）")
    return Elasticsearch(
        str(search.url),
        basic_auth=(search.user, password) if search.user and password is not None else None,
        api_key=api_key,
        ssl_context=_certificates(settings),
        request_timeout=search.timeout_seconds,
        # Who asks waits for one answer; what is to be taken in comes again by itself.
        max_retries=0,
        retry_on_timeout=False,
    )


def text_index(
    settings: Settings, asking: Elasticsearch | None, pause: Callable[[float], object] | None = None
) -> TextIndex:
    """The index; `asking` is what `client` gave, `pause` what waits before a cluster is asked again."""
    if asking is None:
        return EmbeddedIndex(settings.search_file)
    from storage.search.cluster_layout import Layout
    from storage.search.elasticsearch import ElasticsearchIndex

    search = settings.search
    laid = Layout(search.prefix, search.days_an_index, search.shards)
    return ElasticsearchIndex(asking, laid, pause, WRITE_FACTOR * search.timeout_seconds)


def _certificates(settings: Settings) -> ssl.SSLContext | None:
    file = settings.search.ca_file
    if file is None or not str(settings.search.url).startswith("https://"):
        return None
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError):
        raise BadSettings(f"search.ca_file 不是能读的 PEM 证书文件：{file}") from None
