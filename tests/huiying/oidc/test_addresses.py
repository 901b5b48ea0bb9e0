"""Only encrypted addresses are spoken to, save those of this very machine."""

from __future__ import annotations

import pytest

from huiying.oidc.addresses import BadAddress, host_and_port, whole_address


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://id.example", "id.example:443"),
        ("https://id.example:8443/realms/a?b=c", "id.example:8443"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://localhost/x", "localhost:80"),
        ("http://[::1]:9/", "[::1]:9"),
    ],
)
def test_an_address_that_is_safe_to_ask(url: str, named: str):
    assert host_and_port(whole_address(url)) == named


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example",
        "http://10.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:id.example",
        "//id.example",
        "",
        "https://user@id.example",
        "https://user:word@id.example",
        "https://id.example/#there",
        "https://id.example\\@evil.example",
        "https://id.example:port",
        "https://id.example:99999",
        "https://id.exa mple",
        "https://id.example/\r\nHost: evil",
        "https://统一认证.example",
        "https://[::1",
    ],
)
def test_an_address_that_nothing_is_sent_to(url: str):
    with pytest.raises(BadAddress):
        whole_address(url)
