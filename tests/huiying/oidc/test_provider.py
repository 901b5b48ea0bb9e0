"""What goes to the provider by the browser, and what the desk looks at before anybody signs in there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiying.clock import steady_seconds
from huiying.oidc.asking import Asker, Down
from huiying.oidc.checking import troubles
from huiying.oidc.options import Options
from huiying.oidc.provider import Provider, challenge_of
from tests.servers.environments import free_port
from tests.servers.identity import CLIENT, SECRET, Identity, identity

BACK = "http://127.0.0.1:8501/signin/oidc/back"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    with identity(tmp_path_factory.mktemp("identity")) as opened:
        yield opened


def provider_of(folder: Path, issuer: str, secret: str = f"{SECRET}\n", **more: Any) -> Provider:
    file = folder / "oidc.secret"
    file.write_text(secret, encoding="utf-8")
    file.chmod(0o600)
    options = Options(issuer=issuer, client_id=CLIENT, client_secret_file=file, timeout_seconds=4, **more)
    return Provider(options, BACK, lambda: datetime.now(UTC), steady_seconds)  # noqa: TID251


def told(provider: Provider, ahead: timedelta = timedelta()) -> list[tuple[str, bool]]:
    now = datetime.now(UTC) + ahead  # noqa: TID251
    return [(trouble.said, trouble.grave) for trouble in troubles(provider, now)]


@contextmanager
def listening_socket() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_the_challenge_is_that_of_the_standard():
    # RFC 7636, appendix B.
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_provider_in_order_gives_nothing_to_say(running: Identity, tmp_path: Path):
    running.behave()
    assert told(provider_of(tmp_path, running.issuer)) == []


@pytest.mark.parametrize(
    ("behaviour", "words", "grave"),
    [
        ({"discovery": {"issuer": "https://evil.example"}}, "不一致", True),
        ({"discovery": {"code_challenge_methods_supported": ["plain"]}}, "PKCE", False),
        ({"at": {"/jwks": {"text": '{"keys": []}'}}}, "没有公布能用的公钥", True),
        ({"at": {"/jwks": {"status": 404}}}, "没有给出公钥（404）", True),
        ({"at": {"/.well-known/openid-configuration": {"status": 404}}}, "核对 sign_in.oidc.issuer", True),
    ],
)
def test_what_is_wrong_with_it_is_said(
    running: Identity, tmp_path: Path, behaviour: dict[str, Any], words: str, grave: bool
):
    running.behave(**behaviour)
    ((said, how),) = told(provider_of(tmp_path, running.issuer))
    assert words in said
    assert how is grave


@pytest.mark.parametrize(
    ("ahead", "grave"),
    [(timedelta(seconds=-3600), True), (timedelta(seconds=90), True), (timedelta(seconds=30), False)],
)
def test_clocks_that_differ_are_said_and_grave_where_tokens_would_be_refused(
    running: Identity, tmp_path: Path, ahead: timedelta, grave: bool
):
    running.behave()
    ((said, how),) = told(provider_of(tmp_path, running.issuer), ahead)
    assert "时钟相差" in said
    assert how is grave


def test_a_secret_that_others_may_read_is_said_and_not_shown(running: Identity, tmp_path: Path):
    running.behave()
    provider = provider_of(tmp_path, running.issuer)
    (tmp_path / "oidc.secret").chmod(0o644)
    ((said, grave),) = told(provider)
    assert "chmod 600" in said
    assert SECRET not in said
    assert grave


def test_a_provider_that_is_not_there_is_said(tmp_path: Path):
    assert told(provider_of(tmp_path, f"http://127.0.0.1:{free_port()}")) == [
        ("统一认证连不上（ConnectionRefusedError）", True)
    ]


def test_a_certificate_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(Down, match="读不了证书文件"), listening_socket() as port:
        Asker(4, [f"localhost:{port}"], tmp_path / "none.pem").get(f"https://localhost:{port}/")


def test_a_server_without_a_trusted_certificate_is_not_spoken_to(running: Identity):
    port = running.issuer.rpartition(":")[2]
    with pytest.raises(Down, match="加密连接没有建立"):
        Asker(4, [f"127.0.0.1:{port}"]).get(f"https://127.0.0.1:{port}/.well-known/openid-configuration")


def test_this_machine_is_an_inner_address_too_unless_it_is_named(running: Identity):
    with pytest.raises(Down, match="指向内网"):
        Asker(4).get(f"{running.issuer}/jwks")


@pytest.mark.parametrize(("more", "read"), [(262_142, True), (262_143, False)])
def test_an_answer_is_read_up_to_256_kilobytes(running: Identity, more: int, read: bool):
    running.behave(at={"/jwks": {"text": "{}", "bytes": more}})
    asker = Asker(20, [running.issuer.removeprefix("http://")])
    if read:
        assert asker.get(f"{running.issuer}/jwks").row() == {}
    else:
        with pytest.raises(Down, match="太大（超过 256 KB）"):
            asker.get(f"{running.issuer}/jwks")


def test_a_query_of_the_providers_own_address_is_kept(running: Identity, tmp_path: Path):
    running.behave(discovery={"end_session_endpoint": f"{running.issuer}/end?realm=a"})
    provider = provider_of(tmp_path, running.issuer)
    assert provider.way_out("https://desk.example/") is None
    provider.metadata()
    assert provider.way_out("https://desk.example/") == (
        f"{running.issuer}/end?realm=a&client_id={CLIENT}&post_logout_redirect_uri=https%3A%2F%2Fdesk.example%2F"
    )
