"""Checks an ID token as the provider's signed word to this desk, about this very sign-in, just now (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key
from joserfc.jws import JWSRegistry

from huiying.oidc.keys import Keys, NoKey

OLDEST_SECONDS = 600
"""How long ago a token may have been issued at most: it is asked for and given in one go."""

_LONGEST = 16_000
_LONGEST_SUBJECT = 255


class BadToken(Exception):
    """An ID token that proves nothing. The message says which check it failed and holds nothing of the token."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must stand in the token: who says it, to whom, in answer to which question, signed how."""

    issuer: str
    client_id: str
    nonce: str
    algorithms: frozenset[str]
    leeway_seconds: int


def claims_of(token: str, keys: Keys, expected: Expected, now: datetime) -> Mapping[str, Any]:
    """What the token says. Raises BadToken, and what asking for keys raises."""
    if len(token) > _LONGEST or not token.isascii():
        raise BadToken("too long or not ASCII")

    def key(signed: GuestProtocol) -> Key:
        kid = signed.headers().get("kid")
        if not isinstance(kid, str | None):
            raise BadToken("the name of its key is no text")
        return keys.key(kid)

    registry = JWSRegistry(algorithms=sorted(expected.algorithms), strict_check_header=False)
    try:
        claims = jwt.decode(token, key, registry=registry).claims
        _check(claims, expected, now)
    except NoKey:
        raise BadToken("signed with an unknown key") from None
    except JoseError as fault:
        raise BadToken(f"{fault.error}: {getattr(fault, 'claim', '')}".rstrip(": ")) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise BadToken(f"not readable ({type(fault).__name__})") from None
    return claims


def _check(claims: dict[str, Any], expected: Expected, now: datetime) -> None:
    seconds = int(now.timestamp())
    registry = jwt.JWTClaimsRegistry(
        now=seconds,
        leeway=expected.leeway_seconds,
        iss={"essential": True, "value": expected.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
    )
    registry.validate(claims)
    if claims["iat"] < seconds - OLDEST_SECONDS - expected.leeway_seconds:
        raise BadToken("issued too long ago")
    if claims["aud"] not in (expected.client_id, [expected.client_id]) and "azp" not in claims:
        raise BadToken("for several audiences and no authorised party")
    if "azp" in claims and claims["azp"] != expected.client_id:
        raise BadToken("another authorised party")
    if len(claims["sub"]) > _LONGEST_SUBJECT:
        raise BadToken("subject too long")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode("utf-8", "replace"), expected.nonce.encode()):
        raise BadToken("another nonce, or none")
