"""Turns what a provider publishes about itself (its discovery document) into a checked record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from huiying.oidc.addresses import BadAddress, is_loopback, whole_address

WELL_KNOWN = "/.well-known/openid-configuration"

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""How an ID token may be signed: with a key of which the provider publishes only half."""

CHALLENGE = "S256"


class BadProvider(Exception):
    """A description of a provider that cannot be relied on. The message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider: its addresses, the signatures it may use, and how it takes and gives things.

    `posts_secret`: it takes the client's secret only in the form, not as a header. `names_itself`: it names itself in
    every answer that it sends by the browser (RFC 9207). `challenges`: it says that it knows PKCE with S256; None where
    it does not say.
    """

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    end_session: str | None
    algorithms: frozenset[str]
    posts_secret: bool
    names_itself: bool
    challenges: bool | None


def metadata_from(row: Mapping[str, Any], issuer: str) -> Metadata:
    """The provider that calls itself `issuer`. Raises BadProvider."""
    if row.get("issuer") != issuer:
        raise BadProvider("统一认证公布的签发者与设置 sign_in.oidc.issuer 不一致：要一字不差，包括末尾有没有斜杠")
    methods = _words(row, "token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if not {"client_secret_basic", "client_secret_post"} & set(methods):
        raise BadProvider(
            "统一认证不收客户端密钥（client_secret_basic、client_secret_post 都没有），回应台没有别的办法证明自己"
        )
    offered = _words(row, "id_token_signing_alg_values_supported")
    algorithms = ALGORITHMS & set(offered if offered is not None else ["RS256"])
    if not algorithms:
        raise BadProvider("统一认证签名的算法都不能用：要有 RS256、ES256 一类公私钥算法")
    challenges = _words(row, "code_challenge_methods_supported")
    return Metadata(
        issuer=issuer,
        authorization=_needed(row, "authorization_endpoint", issuer),
        token=_needed(row, "token_endpoint", issuer),
        keys=_needed(row, "jwks_uri", issuer),
        userinfo=_address(row, "userinfo_endpoint", issuer),
        end_session=_address(row, "end_session_endpoint", issuer),
        algorithms=algorithms,
        posts_secret="client_secret_basic" not in methods,
        names_itself=row.get("authorization_response_iss_parameter_supported") is True,
        challenges=None if challenges is None else CHALLENGE in challenges,
    )


def _needed(row: Mapping[str, Any], key: str, issuer: str) -> str:
    address = _address(row, key, issuer)
    if address is None:
        raise BadProvider(f"统一认证没有公布 {key}")
    return address


def _address(row: Mapping[str, Any], key: str, issuer: str) -> str | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadProvider(f"统一认证公布的 {key} 不是网址")
    try:
        parts = whole_address(value)
    except BadAddress as fault:
        raise BadProvider(f"统一认证公布的 {key}：{fault}") from None
    if is_loopback(parts.hostname or "") and not is_loopback(urlsplit(issuer).hostname or ""):
        raise BadProvider(f"统一认证公布的 {key} 指向本机，已拒绝")
    return value


def _words(row: Mapping[str, Any], key: str) -> list[str] | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise BadProvider(f"统一认证公布的 {key} 应为一列文字")
    return value
