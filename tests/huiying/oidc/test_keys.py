"""Only public keys for signatures are used; the provider is asked for them seldom, whatever is asked of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from huiying.oidc.asking import Down
from huiying.oidc.keys import Keys, NoKey, usable_keys
from tests.huiying.oidc.test_id_token import KEY
from tests.servers.identity import number

# RFC 7517, appendix A.1: the elliptic-curve key is marked for encryption there.
CURVE = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "kid": "1",
}


class Published:
    """What a provider publishes, how often it was asked, and the time."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows = list(rows)
        self.asked = 0
        self.seconds = 0.0
        self.down = False

    def fetch(self) -> Mapping[str, Any]:
        self.asked += 1
        if self.down:
            raise Down("连不上")
        return {"keys": self.rows}


@pytest.fixture
def published() -> Published:
    return Published(KEY)


@pytest.fixture
def keys(published: Published) -> Keys:
    return Keys(published.fetch, lambda: published.seconds)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({**CURVE, "use": "enc"}, id="for encryption"),
        pytest.param({"kty": "oct", "k": "c2VjcmV0", "kid": "o"}, id="a shared secret"),
        pytest.param({**KEY, "n": "w7Zdfmec"}, id="too short"),
        pytest.param({**KEY, "n": None}, id="no number"),
        pytest.param({**KEY, "e": ["AQAB"]}, id="a list for a number"),
        pytest.param({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, id="no point of the curve"),
        pytest.param({"kty": "RSA"}, id="nothing but a kind"),
        pytest.param({"kty": ["RSA"]}, id="a list for a kind"),
        pytest.param("key", id="a word"),
        pytest.param(None, id="nothing"),
    ],
)
def test_what_is_no_public_key_for_signatures_is_passed_over(row: object):
    assert usable_keys({"keys": [row]}) == []
    assert [key.kid for key in usable_keys({"keys": [row, KEY]})] == ["1e9gdk7"]


def test_a_secret_key_that_somebody_published_is_not_used():
    secret = rsa.generate_private_key(65537, 2048).private_numbers()
    parts = {"d": secret.d, "p": secret.p, "q": secret.q, "dp": secret.dmp1, "dq": secret.dmq1, "qi": secret.iqmp}
    public = {"kty": "RSA", "n": number(secret.public_numbers.n), "e": "AQAB", "kid": "s"}
    assert len(usable_keys({"keys": [public]})) == 1
    assert usable_keys({"keys": [{**public, **{name: number(value) for name, value in parts.items()}}]}) == []


@pytest.mark.parametrize("published", [{}, {"keys": None}, {"keys": {}}, {"keys": "RSA"}])
def test_a_set_that_is_none_holds_no_key(published: dict[str, Any]):
    assert usable_keys(published) == []


def test_a_known_key_is_asked_for_once_an_hour(keys: Keys, published: Published):
    for published.seconds in (0, 1, 3599):
        assert keys.key("1e9gdk7").kid == "1e9gdk7"
    assert published.asked == 1
    published.seconds = 3600
    keys.key("1e9gdk7")
    assert published.asked == 2


def test_unknown_keys_are_asked_for_once_a_minute(keys: Keys, published: Published):
    keys.key("1e9gdk7")
    for published.seconds in (1, 30, 59, 60, 61, 119):
        with pytest.raises(NoKey):
            keys.key(f"unknown at {published.seconds}")
    assert published.asked == 2


def test_a_new_key_is_found_within_a_minute(keys: Keys, published: Published):
    keys.key("1e9gdk7")
    published.rows.append(CURVE)
    published.seconds = 60
    assert keys.key("1").kid == "1"


def test_a_key_that_is_no_longer_published_is_no_longer_good_after_an_hour(keys: Keys, published: Published):
    keys.key("1e9gdk7")
    published.rows[:] = [CURVE]
    published.seconds = 3600
    with pytest.raises(NoKey):
        keys.key("1e9gdk7")


def test_without_a_name_only_a_single_key_will_do(keys: Keys, published: Published):
    assert keys.key(None).kid == "1e9gdk7"
    published.rows.append(CURVE)
    published.seconds = 3600
    with pytest.raises(NoKey):
        keys.key(None)


def test_two_keys_of_one_name_are_none(published: Published, keys: Keys):
    published.rows.append({**CURVE, "kid": "1e9gdk7"})
    with pytest.raises(NoKey):
        keys.key("1e9gdk7")


def test_a_provider_that_was_down_at_first_is_asked_again(keys: Keys, published: Published):
    published.down = True
    with pytest.raises(Down):
        keys.key("1e9gdk7")
    published.down = False
    assert keys.key("1e9gdk7").kid == "1e9gdk7"
