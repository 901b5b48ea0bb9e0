"""The settings say which text index the desk has; what a cluster needs is read once, and a mistake is one Chinese line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from huiying import search_engine
from huiying.clock import SystemClock
from huiying.settings import BadSettings, Settings, load
from huiying.wiring import Desk
from storage.search.cluster_layout import Layout
from storage.search.elasticsearch import ElasticsearchIndex
from storage.search.embedded import EmbeddedIndex

CLUSTER = "engine: elasticsearch, url: 'https://search.example:9200'"


def settings(folder: Path, search: str, environment: dict[str, str] | None = None) -> Settings:
    (folder / "huiying.yaml").write_text(f"data_dir: data\nsearch: {{{search}}}\n", encoding="utf-8")
    return load(folder / "huiying.yaml", environment or {})


def test_without_a_word_the_index_lies_in_the_folder_of_the_data(tmp_path: Path) -> None:
    with closing(Desk(settings(tmp_path, ""), SystemClock())) as desk, closing(desk.index()) as index:
        assert isinstance(index, EmbeddedIndex)
        assert desk.cluster is None
    assert (tmp_path / "data" / "search.db").exists()


@pytest.mark.parametrize(
    ("more", "environment", "header"),
    [
        ("", {}, None),
        ("user: desk, password_file: secret", {}, "Basic ZGVzazpsZXRtZWlu"),
        ("user: desk", {"HUIYING_SEARCH__PASSWORD": "letmein"}, "Basic ZGVzazpsZXRtZWlu"),
        ("api_key_file: secret", {}, "ApiKey letmein"),
        ("", {"HUIYING_SEARCH__API_KEY": "letmein"}, "ApiKey letmein"),
    ],
)
def test_who_asks_the_cluster_shows_what_the_settings_give(
    tmp_path: Path, more: str, environment: dict[str, str], header: str | None
) -> None:
    (tmp_path / "secret").write_text("letmein\n", encoding="utf-8")
    asking = search_engine.client(settings(tmp_path, f"{CLUSTER}, {more}", environment))
    assert asking is not None
    assert asking._headers.get("authorization") == header
    asking.close()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("user: desk", "search.password_file"),
        ("user: desk, password_file: nowhere", "读不到 search.password_file"),
        ("user: desk, password_file: empty", "search.password_file 指向的密码文件是空的"),
        ("api_key_file: empty", "search.api_key_file 指向的密码文件是空的"),
        ("api_key_file: broken", "search.api_key_file 里不像 API 密钥"),
        ("ca_file: nowhere.pem", "search.ca_file 不是能读的 PEM 证书文件"),
        ("ca_file: empty", "search.ca_file 不是能读的 PEM 证书文件"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path: Path, more: str, words: str) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "broken").write_text('{"encoded": "密钥"}', encoding="utf-8")
    with pytest.raises(BadSettings, match=words) as caught:
        search_engine.client(settings(tmp_path, f"{CLUSTER}, {more}"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://search.example", "https://search.example:443"),
        ("http://search.example/", "http://search.example:80"),
        ("https://search.example:9200/es", "https://search.example:9200/es"),
    ],
)
def test_an_address_without_a_port_means_the_usual_one(tmp_path: Path, url: str, base: str) -> None:
    asking = search_engine.client(settings(tmp_path, f"engine: elasticsearch, url: '{url}'"))
    assert asking is not None
    assert asking.transport.node_pool.get().base_url == base
    asking.close()


def test_the_settings_say_how_an_index_is_laid_out(tmp_path: Path) -> None:
    chosen = settings(tmp_path, f"{CLUSTER}, days_an_index: 7, shards: 3, replicas: 1, refresh_seconds: 30")
    with closing(Desk(chosen, SystemClock())) as desk, closing(desk.index()) as index:
        assert isinstance(index, ElasticsearchIndex)
        assert index.layout == Layout("huiying", 7, 3, 1, 30.0)
