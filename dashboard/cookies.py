"""Signs what the desk gives to browsers, so that a forged sign-in cookie or form is refused without a query."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256

SESSION = "huiying_session"
FORM = "huiying_form"
ERRAND = "huiying_oidc"


class WeakSecret(ValueError):
    """A cookie secret that is too short to sign anything with."""


class Signer:
    """Signs and reads sign-in cookies and form tokens with the cookie secret (at least 32 bytes)."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise WeakSecret("登录凭证密钥至少要 32 字节，请检查 desk.cookie_secret_file")
        self._key = key

    def sealed(self, token: str, purpose: str = "session") -> str:
        """The cookie value that carries a session token, or another token for another purpose."""
        return f"{token}.{self._mark(purpose, token)}"

    def opened(self, value: str | None, purpose: str = "session") -> str | None:
        """The token in a cookie value, or None where this desk did not sign it for that purpose."""
        token, dot, mark = (value or "").rpartition(".")
        if not dot or not token or not hmac.compare_digest(mark.encode(), self._mark(purpose, token).encode()):
            return None
        return token

    def derived(self, purpose: str, value: str) -> str:
        """A secret of this desk that belongs to `value`: who knows the value alone cannot tell it."""
        return self._mark(purpose, value)

    def token_in(self, cookies: Mapping[str, str]) -> str | None:
        """The session token among a request's cookies, or None."""
        return self.opened(cookies.get(SESSION))

    def form_token(self, nonce: str) -> str:
        """The hidden value of a form that is shown to the browser holding `nonce`."""
        return self._mark("form", nonce)

    def is_form_token(self, nonce: str | None, given: str | None) -> bool:
        """Whether a form came from this desk, out of the browser that holds `nonce`."""
        return bool(nonce and given) and hmac.compare_digest(str(given).encode(), self.form_token(str(nonce)).encode())

    def _mark(self, purpose: str, value: str) -> str:
        return hmac.new(self._key, f"{purpose}|{value}".encode("utf-8", "surrogatepass"), sha256).hexdigest()


def new_nonce() -> str:
    """A value that no other browser holds."""
    return secrets.token_urlsafe(24)
