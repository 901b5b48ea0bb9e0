"""Which addresses belong to the open internet."""

from __future__ import annotations

import pytest

from records.addresses import inner_address, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::c0a8:101",
        "2002:7f00:1::",
        "2001:db8::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::a00:1",
        "fec0::1",
        "3fff::1",
        "localhost",
        "",
    ],
)
def test_inner_addresses_in_every_dress_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


SPELLINGS = [
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[fe80::1%25eth0]",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "127.0.0.1.",
    "0.0.0.0",
    "169.254.169.254",
    "100.64.0.1",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "%31%32%37.0.0.1",
    "8.8.8.8@127.0.0.1",
    "8.8.8.8:80@127.0.0.1",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_that_leads_inside_is_refused_with_the_reason_in_any_spelling(spelling: str) -> None:
    said = inner_address(f"http://{spelling}/feed", [])
    assert said is not None
    assert said.startswith("地址指向内网")


def test_an_address_that_leads_out_or_is_not_known_to_anybody_is_let_pass() -> None:
    assert inner_address("https://8.8.8.8/feed", []) is None
    assert inner_address("http://[2400:3200::1]:8080/", []) is None
    assert inner_address("http://no-such-host.invalid/", []) is None


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:8080", "LocalHost:8080"])
def test_an_inner_host_that_the_settings_name_is_let_pass_on_that_port_alone(host: str) -> None:
    assert inner_address(f"http://{host}/", [host]) is None
    assert inner_address(f"http://{host}1/", [host]) is not None


def test_a_refusal_says_what_to_write_into_the_settings() -> None:
    assert "里写明 [::1]:80" in (inner_address("http://[::1]/", []) or "")
    assert "里写明 localhost:443" in (inner_address("https://localhost/", []) or "")


@pytest.mark.parametrize(
    "address", ["", "x", "ftp://8.8.8.8/", "file:///etc/passwd", "http:///x", "http://8.8.8.8:99999/"]
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    assert inner_address(address, []) is not None
