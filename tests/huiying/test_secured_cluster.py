"""A cluster that wants HTTPS with a certificate of a private authority, and a password or a key: nginx stands before the node."""

from __future__ import annotations

import base64
import logging
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.clock import SimulatedClock, SystemClock
from huiying.doctor import Level
from huiying.settings import Settings, load
from huiying.wiring import Desk
from storage.search.cluster_layout import Layout
from tests.dashboard.conftest import free_port
from tests.deploy.proxy import running as serving
from tests.huiying.indexing_desk import NOON, add, found, index_line, keep, note, running
from tests.huiying.waiting import until
from tests.servers.authority import Authority
from tests.storage.conftest import migrated_file
from tests.storage.search.clusters import CLUSTER, NEEDS_CLUSTER, layout

__all__ = ["migrated_file"]

pytestmark = NEEDS_CLUSTER

USER, PASSWORD, API_KEY = "desk", "Tk9-geheim-im-Test", "c2VhcmNoOmtleS1vZi1hLXRlc3Q="
SECRETS = (PASSWORD, API_KEY, base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
LIMIT = 60.0

_CONFIGURATION = """
log_format calls '$request_method $uri';
map $http_authorization $realm {{ default "search"; "ApiKey {key}" off; }}
server {{
    listen 127.0.0.1:{port} ssl;
    listen 127.0.0.1:{plain};
    ssl_certificate {good};
    ssl_certificate_key {good};
    access_log {folder}/calls.log calls;
    client_max_body_size 0;
    auth_basic $realm;
    auth_basic_user_file {folder}/people;
    if ($scheme = http) {{ return 301 https://localhost:{port}$request_uri; }}
    location / {{
        proxy_pass {node};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
    }}
    location /forbidden/ {{ return 403; }}
    location /elsewhere/ {{ auth_basic off; return 404; }}
    location /down/ {{ auth_basic off; return 502; }}
}}
server {{
    listen 127.0.0.1:{late} ssl;
    ssl_certificate {expired};
    ssl_certificate_key {expired};
    location / {{ return 404; }}
}}
"""


@dataclass(frozen=True)
class Front:
    """What stands before the node: its ports, whom to trust, and what it was asked."""

    port: int
    plain: int
    late: int
    authority: Path
    stranger: Path
    folder: Path

    def calls(self) -> set[str]:
        """Every method and path that came through."""
        return set((self.folder / "calls.log").read_text("utf-8").splitlines())


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """nginx with a certificate for `localhost` that ends TLS and asks who is there."""
    folder = tmp_path_factory.mktemp("front") / "nginx"
    folder.mkdir()
    now = SystemClock().now()
    ours, theirs = Authority(folder, "ours", now), Authority(folder, "theirs", now)
    one = Front(free_port(), free_port(), free_port(), ours.file, theirs.file, folder)
    (folder / "people").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
    configuration = _CONFIGURATION.format(
        port=one.port,
        plain=one.plain,
        late=one.late,
        good=ours.issued("localhost"),
        expired=ours.issued("localhost", timedelta(days=-1)),
        folder=folder,
        key=API_KEY,
        node=CLUSTER,
    )
    (folder / "huiying.conf").write_text(configuration, "utf-8")
    with serving(folder, one.port):
        yield one


@pytest.fixture
def made() -> Iterator[Layout]:
    """A layout under a prefix of its own."""
    with layout() as one:
        yield one


def settings(folder: Path, made: Layout, url: str, **more: object) -> Settings:
    """Settings as a file has them, the secrets in files beside it."""
    for name, secret in (("password", PASSWORD), ("wrong", "Wr0ng-im-Test"), ("key", API_KEY)):
        (folder / name).write_text(f"{secret}\n", "utf-8")
    given = {
        "engine": "elasticsearch",
        "url": url,
        "prefix": made.prefix,
        "timeout_seconds": 10,
        "refresh_seconds": 0.1,
    } | more
    lines = "".join(f"  {name}: {value}\n" for name, value in given.items())
    file = folder / "huiying.yaml"
    file.write_text(f"data_dir: data\njudge: {{poll_seconds: 0.05}}\nsearch:\n{lines}", "utf-8")
    return load(file, {})


def opened(chosen: Settings) -> Desk:
    return Desk(chosen, SimulatedClock(NOON))


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, migrated_file: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_file, tmp_path / "data" / "huiying.db")


BY_PASSWORD = {"user": USER, "password_file": "password"}


@pytest.mark.parametrize("shown", [BY_PASSWORD, {"api_key_file": "key"}], ids=["password", "key"])
def test_posts_come_in_over_https_and_nothing_but_our_own_indices_is_asked_for(
    tmp_path: Path, front: Front, made: Layout, shown: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = front.calls()
    chosen = settings(tmp_path, made, f"https://localhost:{front.port}", ca_file=front.authority, **shown)
    with closing(opened(chosen)) as desk:
        add(desk, "p1", "p2")
        with running(desk, keep):
            assert until(lambda: found(desk) == {"p1", "p2"}, LIMIT)
        with closing(desk.index()) as index:
            assert sorted(index.some_ids(5)) == ["p1", "p2"]
            assert len(index.find("停水", limit=20_001)) == 2
            assert dict(index.waiting()) == {}
            index.remove(["p2"])
        line = index_line(desk)
        assert (line.level, f"https://localhost:{front.port}" in line.state) == (Level.GOOD, True)
        with closing(desk.index()) as index:
            index.clear()
        # The authority of the settings is believed, and no public one beside it.
        assert desk.cluster is not None
        (trusted,) = desk.cluster.transport.node_pool.get().config.ssl_context.get_ca_certs()  # type: ignore[union-attr]
        assert trusted["subject"] == ((("commonName", "ours"),),)
    assert [secret for secret in SECRETS if secret in caplog.text] == []
    # A role with privileges on these indices, and none on the cluster, is enough: so the docs say.
    calls = {call.split(" ", 1)[1] for call in front.calls() - before}
    assert {path for path in calls if not path.startswith(f"/{made.prefix}-")} <= {
        "/_bulk",
        "/_search",
        "/_pit",
        f"/_alias/{made.posts}",
    }


TROUBLES: dict[str, tuple[str, dict[str, object], tuple[str, ...]]] = {
    "wrong password": (
        "https://localhost:{port}",
        {"ca_file": "{authority}", "user": USER, "password_file": "wrong"},
        ("不认账号或密码（401）", "search.password_file", "search.api_key_file"),
    ),
    "no password": ("https://localhost:{port}", {"ca_file": "{authority}"}, ("不认账号或密码（401）", "search.user")),
    "unknown authority": (
        "https://localhost:{port}",
        {"ca_file": "{stranger}", **BY_PASSWORD},
        ("不是所信任的机构签发的", "search.ca_file"),
    ),
    "no authority": ("https://localhost:{port}", BY_PASSWORD, ("不是所信任的机构签发的", "search.ca_file")),
    "another name": (
        "https://127.0.0.1:{port}",
        {"ca_file": "{authority}", **BY_PASSWORD},
        ("证书不是发给“127.0.0.1”的", "search.url"),
    ),
    "an old certificate": (
        "https://localhost:{late}",
        {"ca_file": "{authority}", **BY_PASSWORD},
        ("证书已经过期", "请给集群换证书"),
    ),
    "no TLS": ("http://localhost:{port}", BY_PASSWORD, ("对方要 HTTPS", "search.url", "https://")),
    "led elsewhere": ("http://localhost:{plain}", BY_PASSWORD, ("答复 301", "search.url", "https://")),
    "TLS without any": (
        "https://localhost:{plain}",
        {"ca_file": "{authority}", **BY_PASSWORD},
        ("对方说的不是 TLS", "search.url"),
    ),
    "not allowed": (
        "https://localhost:{port}/forbidden",
        {"ca_file": "{authority}", **BY_PASSWORD},
        ("不许这个账号这样做（403）", "read、write、manage"),
    ),
    "another path": (
        "https://localhost:{port}/elsewhere",
        {"ca_file": "{authority}", **BY_PASSWORD},
        ("不是 Elasticsearch", "search.url"),
    ),
    "behind the proxy nothing": (
        "https://localhost:{port}/down",
        {"ca_file": "{authority}", **BY_PASSWORD},
        ("代理答复 502", "集群已启动"),
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_is_wrong_is_one_clear_line_and_posts_wait_until_it_is_right(
    tmp_path: Path, front: Front, made: Layout, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url, more, words = TROUBLES[name]
    here = {key: str(getattr(front, key)) for key in ("port", "plain", "late", "authority", "stranger")}
    wrong = {key: str(value).format(**here) for key, value in more.items()}
    said: list[str] = []
    with closing(opened(settings(tmp_path, made, url.format(**here), **wrong))) as desk:
        add(desk, "p1", "p2")
        with running(desk, keep):
            assert until(lambda: note(desk) is not None, LIMIT)
        line, noted = index_line(desk), note(desk)
        assert noted is not None
        said += [noted.trouble, str(line)]
        assert (line.level, line.state) == (Level.FAULT, noted.trouble)
        assert found(desk) is None
        for word in (*words, url.format(**here)):
            assert word in noted.trouble
        assert "\n" not in str(line)
    right = settings(tmp_path, made, f"https://localhost:{front.port}", ca_file=front.authority, **BY_PASSWORD)
    with closing(opened(right)) as desk, running(desk, keep):
        assert until(lambda: found(desk) == {"p1", "p2"}, LIMIT)
        assert until(lambda: note(desk) is None, LIMIT)
    assert [secret for secret in SECRETS if any(secret in text for text in (*said, caplog.text))] == []
