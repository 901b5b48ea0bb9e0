"""One identity provider: leads a browser there, and turns the code that it brings back into the name of an account."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import quote_plus, urlencode

from huiying.oidc.addresses import host_and_port, whole_address
from huiying.oidc.asking import Asker, Down
from huiying.oidc.id_token import BadToken, Expected, claims_of
from huiying.oidc.keys import Keys
from huiying.oidc.metadata import CHALLENGE, WELL_KNOWN, BadProvider, Metadata, metadata_from
from huiying.oidc.options import Options
from records.secret_files import UnusableSecret, secret_lines

log = logging.getLogger(__name__)

KEPT_SECONDS = 60.0
"""Short, so that whoever sets out to a provider that is down is told so here."""

AGAIN_SECONDS = 15.0
"""A provider that did not answer is left alone for so long."""

_LONGEST_TOKEN = 16_000
_OK, _TOO_MANY, _SERVER_FAULT = 200, 429, 500
_OWN_FAULTS = frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type"})


class NotSignedIn(Exception):
    """The provider's answer proves nothing. The message is for the person at the browser, in Chinese."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One sign-in on its way: `state` and `nonce` mark it, `verifier` proves who began it."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of the settings; `redirect` is the address of this desk to which it sends browsers back."""

    def __init__(
        self,
        options: Options,
        redirect: str,
        now: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        own = host_and_port(whole_address(options.issuer))
        self.options = options
        self.redirect = redirect
        self._now = now
        self._steady = steady
        self._asker = Asker(options.timeout_seconds, (own, *options.allow_private_hosts), options.ca_file)
        self._keys = Keys(self._published_keys, steady)
        self._lock = Lock()
        self._metadata: Metadata | None = None
        self._read_at = 0.0
        self._trouble: tuple[float, str] | None = None

    @property
    def trouble(self) -> str | None:
        """Why the provider was of no use a moment ago, in Chinese; None when it was, or nobody has asked."""
        kept = self._trouble
        return kept[1] if kept is not None and self._steady() - kept[0] < AGAIN_SECONDS else None

    @property
    def known(self) -> Metadata | None:
        """What the provider said of itself when it was last asked."""
        return self._metadata

    def metadata(self) -> Metadata:
        """What the provider says of itself, asked again every minute. Raises Down."""
        with self._lock:
            if self._metadata is not None and self._steady() - self._read_at < KEPT_SECONDS:
                return self._metadata
            if self.trouble is not None:
                raise Down(self.trouble)
            try:
                self._metadata, _ = self.looked_up()
            except (Down, BadProvider) as fault:
                self._trouble = (self._steady(), str(fault))
                log.warning("the identity provider is of no use: %s", fault)
                raise Down(str(fault)) from None
            self._read_at = self._steady()
            return self._metadata

    def looked_up(self) -> tuple[Metadata, str | None]:
        """What the provider says of itself at this moment, and the `Date` on it. Raises Down, BadProvider."""
        answer = self._asker.get(self.options.issuer.rstrip("/") + WELL_KNOWN)
        if answer.status != _OK:
            raise Down(f"统一认证没有给出它的说明（{answer.status}）：请核对 sign_in.oidc.issuer")
        return metadata_from(answer.row(), self.options.issuer), answer.date

    def keys_of(self, metadata: Metadata) -> Mapping[str, Any]:
        """The set of keys that the provider publishes. Raises Down."""
        answer = self._asker.get(metadata.keys)
        if answer.status != _OK:
            raise Down(f"统一认证没有给出公钥（{answer.status}）")
        return answer.row()

    def way_in(self, errand: Errand) -> str:
        """Where the browser is to go to sign in. Raises Down."""
        asked = {
            "response_type": "code",
            "client_id": self.options.client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(dict.fromkeys(("openid", *self.options.scopes))),
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": challenge_of(errand.verifier),
            "code_challenge_method": CHALLENGE,
        }
        return _with_query(self.metadata().authorization, asked)

    def way_out(self, back: str) -> str | None:
        """Where the browser can sign out of the provider too, as far as that is known; `back` is where it goes after."""
        known = self._metadata
        if known is None or known.end_session is None:
            return None
        return _with_query(known.end_session, {"client_id": self.options.client_id, "post_logout_redirect_uri": back})

    def is_from(self, issuer: str | None) -> bool:
        """Whether an answer that names this issuer, or none, can be this provider's (RFC 9207). Raises Down."""
        if issuer is None:
            return not self.metadata().names_itself
        return issuer == self.options.issuer

    def username(self, code: str, errand: Errand) -> str:
        """What the provider calls the person who came back with this code. Raises Down, NotSignedIn, UnusableSecret."""
        metadata = self.metadata()
        tokens = self._redeemed(metadata, code, errand)
        expected = Expected(
            self.options.issuer,
            self.options.client_id,
            errand.nonce,
            metadata.algorithms,
            self.options.leeway_seconds,
        )
        token = tokens.get("id_token")
        try:
            if not isinstance(token, str):
                raise BadToken("no ID token")
            claims = claims_of(token, self._keys, expected, self._now())
        except BadToken as fault:
            log.warning("an ID token was refused: %s", fault)
            raise NotSignedIn(
                "统一认证给出的身份凭证没有通过校验，没有登录。请再试一次；一再如此，请告知管理员"
            ) from None
        name = claims.get(self.options.claim)
        if name is None and metadata.userinfo is not None:
            name = self._said_of(metadata.userinfo, tokens.get("access_token"), claims["sub"])
        if not isinstance(name, str) or not name:
            log.warning("the provider gives no claim %s as text", self.options.claim)
            raise NotSignedIn(
                f"统一认证没有给出“{self.options.claim}”，对不上账户。请管理员核对 sign_in.oidc.claim 和 scopes"
            )
        return name

    def _published_keys(self) -> Mapping[str, Any]:
        return self.keys_of(self.metadata())

    def _redeemed(self, metadata: Metadata, code: str, errand: Errand) -> Mapping[str, Any]:
        """The tokens for a code. Raises Down, NotSignedIn, UnusableSecret."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "code_verifier": errand.verifier,
        }
        client, secret = self.options.client_id, self.secret()
        if metadata.posts_secret:
            answer = self._asker.post(metadata.token, {**form, "client_id": client, "client_secret": secret}, {})
        else:
            proof = base64.b64encode(f"{quote_plus(client)}:{quote_plus(secret)}".encode()).decode()
            answer = self._asker.post(metadata.token, form, {"Authorization": f"Basic {proof}"})
        if answer.status >= _SERVER_FAULT or answer.status == _TOO_MANY:
            raise Down(f"统一认证出错（{answer.status}）")
        row = answer.row()
        if answer.status == _OK:
            return row
        said = row.get("error")
        if said in _OWN_FAULTS or answer.status in (401, 403):
            log.error("the identity provider does not accept this desk (%d)", answer.status)
            raise NotSignedIn("统一认证不认可回应台（客户端编号、密钥或授权不对）。请告知管理员")
        log.warning("a code was refused (%d)", answer.status)
        raise NotSignedIn("这次登录的凭据已经用过或过了时限，请再试一次")

    def secret(self) -> str:
        """The client's secret, read each time, so that a new one holds at once. Raises UnusableSecret."""
        lines = secret_lines(self.options.client_secret_file, "客户端密钥文件")
        if not lines:
            raise UnusableSecret(f"没有客户端密钥文件 {self.options.client_secret_file}，或它是空的")
        try:
            return lines[0].decode("ascii")
        except UnicodeDecodeError:
            raise UnusableSecret(
                f"客户端密钥文件 {self.options.client_secret_file} 的第一行应只有英文字母、数字和符号"
            ) from None

    def _said_of(self, address: str, token: object, subject: str) -> object:
        """What the provider says of the same person when asked further. Raises Down, NotSignedIn."""
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or len(token) > _LONGEST_TOKEN:
            return None
        answer = self._asker.get(address, {"Authorization": f"Bearer {token}"})
        if answer.status != _OK:
            raise Down(f"统一认证没有给出用户信息（{answer.status}）")
        row = answer.row()
        if row.get("sub") != subject:
            log.warning("the provider's user information is about somebody else")
            raise NotSignedIn("统一认证给出的用户信息与身份凭证不是同一人，没有登录。请告知管理员")
        return row.get(self.options.claim)


def challenge_of(verifier: str) -> str:
    """What is shown of a verifier before it is (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
