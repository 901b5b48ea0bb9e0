"""Opens the text index over posts that the settings ask for."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from huiying.settings import BadSettings, Settings, secret
from storage.search.embedded import EmbeddedIndex
from storage.search.text_index import TextIndex

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

WRITE_FACTOR = 6
"""A write may take so many times as long as a question."""

_KEY = re.compile(r"[A-Za-z0-9+/=_-]+")


def client(settings: Settings) -> Elasticsearch | None:
    """What asks the cluster; None where the index is embedded. Nothing is asked yet. Raises BadSettings."""
    search = settings.search
    if search.engine == "embedded":
        return None
    # Imported here: who has no cluster needs no library for it.
    from elastic_transport.client_utils import url_to_node_config
    from elasticsearch import Elasticsearch

    password = secret(search.password, search.password_file, "search")
    api_key = secret(search.api_key, search.api_key_file, "search", "api_key_file")
    if search.user and password is None:
        raise BadSettings("设置 search.user 已填，还要 search.password_file（只含密码的文件）")
    if api_key is not None and _KEY.fullmatch(api_key) is None:
        raise BadSettings("search.api_key_file 里不像 API 密钥：只写集群给出的 encoded 那一串，不带引号和别的字")
    node = url_to_node_config(str(search.url), use_default_ports_for_scheme=True)
    if node.scheme == "https":
        node = replace(node, ssl_context=_certificates(settings))
    return Elasticsearch(
        [node],
        basic_auth=(search.user, password) if search.user and password is not None else None,
        api_key=api_key,
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
    laid = Layout(search.prefix, search.days_an_index, search.shards, search.replicas, search.refresh_seconds)
    return ElasticsearchIndex(asking, laid, pause, WRITE_FACTOR * search.timeout_seconds)


def _certificates(settings: Settings) -> ssl.SSLContext:
    """Whom to believe that the cluster is the one it says: the authority of the settings alone, else public ones and those of
    the system."""
    file = settings.search.ca_file
    if file is None:
        return ssl.create_default_context()
    try:
        return _Only(file)
    except (OSError, ssl.SSLError):
        raise BadSettings(f"search.ca_file 不是能读的 PEM 证书文件：{file}") from None


class _Only(ssl.SSLContext):
    """Trusts the authority in that file. The client brings a list of public ones to every context, which is passed over."""

    def __new__(cls, file: Path) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, file: Path) -> None:
        super().load_verify_locations(file)

    def load_verify_locations(self, *given: object, **named: object) -> None:
        """Nothing."""
