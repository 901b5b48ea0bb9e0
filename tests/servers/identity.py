"""An identity provider (OpenID Connect) of its own for tests: a real HTTP server in a process of its own, with real keys.

It knows nothing of the desk's code: it signs with the cryptography library alone. It can be told to misbehave, and it
counts what it is asked. Run as a program it serves; imported it starts that program.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.servers.environments import free_port, wait_for

CLIENT = "huiying-desk"
SECRET = "s3cret:of+the/desk"
ROOT = Path(__file__).parents[2]


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Signing:
    """The provider's keys: one it publishes, one for elliptic curves, one of its own making that nobody publishes."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.stranger = rsa.generate_private_key(65537, 2048)
        self.next = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())

    def published(self, rotated: bool) -> list[dict[str, str]]:
        curve = self.ec.public_key().public_numbers()
        shown = [("k1", self.rsa)] + ([("k2", self.next)] if rotated else [])
        keys = [
            {"kty": "RSA", "use": "sig", "kid": kid, "n": number(key.public_key().public_numbers().n), "e": "AQAB"}
            for kid, key in shown
        ]
        point = {"x": b64(curve.x.to_bytes(32, "big")), "y": b64(curve.y.to_bytes(32, "big"))}
        return [*keys, {"kty": "EC", "crv": "P-256", "kid": "e1", **point}, {"kty": "unheard-of", "kid": "u1"}]

    def token(self, claims: dict[str, Any], how: str) -> str:
        """The claims, signed as `how` says."""
        header: dict[str, Any] = {"typ": "JWT"} | {
            "RS256": {"alg": "RS256", "kid": "k1"},
            "PS256": {"alg": "PS256", "kid": "k1"},
            "ES256": {"alg": "ES256", "kid": "e1"},
            "next": {"alg": "RS256", "kid": "k2"},
            "stranger": {"alg": "RS256", "kid": "k1"},
            "unknown": {"alg": "RS256", "kid": f"x{secrets.token_hex(4)}"},
            "no kid": {"alg": "RS256"},
            "none": {"alg": "none"},
            "None": {"alg": "None", "kid": "k1"},
            "HS256": {"alg": "HS256", "kid": "k1"},
            "own key": {"alg": "RS256", "jwk": self.published(False)[0] | {"n": self._n(self.stranger)}},
            "crit": {"alg": "RS256", "kid": "k1", "crit": ["exp"], "exp": 1},
        }[how]
        text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims)).encode()
        return f"{text.decode()}.{b64(self._signature(text, how))}"

    def _signature(self, text: bytes, how: str) -> bytes:
        if how in ("none", "None"):
            return b""
        if how == "HS256":
            pem = self.rsa.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            return hmac.new(pem, text, hashlib.sha256).digest()
        if how == "ES256":
            r, s = decode_dss_signature(self.ec.sign(text, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if how == "PS256":
            return self.rsa.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        key = {"stranger": self.stranger, "own key": self.stranger, "next": self.next}.get(how, self.rsa)
        return key.sign(text, padding.PKCS1v15(), hashes.SHA256())

    @staticmethod
    def _n(key: rsa.RSAPrivateKey) -> str:
        return number(key.public_key().public_numbers().n)


class State:
    """What the running provider knows."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.signing = Signing()
        self.behaviour: dict[str, Any] = {}
        self.counts: Counter[str] = Counter()
        self.seen: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.access: dict[str, str] = {}


class Provider(BaseHTTPRequestHandler):
    """Answers browsers, the desk, and the test that controls it."""

    protocol_version = "HTTP/1.1"
    state: State

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())

    def _answer(self, body: str) -> None:
        path = urlsplit(self.path).path
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if path == "/control":
            self.state.behaviour = json.loads(body)
            self._send(200, b"{}")
            return
        if path == "/seen":
            self._send(200, json.dumps({"counts": self.state.counts, "seen": self.state.seen}).encode())
            return
        self.state.counts[path] += 1
        if not self._misbehaves(path):
            getattr(self, "on_" + path.strip("/.").replace(".", "_").replace("/", "_").replace("-", "_"))(query, body)

    def _misbehaves(self, path: str) -> bool:
        wanted = self.state.behaviour.get("at", {}).get(path)
        if wanted is None:
            return False
        if "drip" in wanted:
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.close_connection = True
            for _ in range(int(wanted["drip"] * 10)):
                if self.state.behaviour.get("at", {}).get(path) != wanted:
                    break
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return True
                time.sleep(0.1)
            return True
        text = wanted.get("text", "").encode() + b" " * wanted.get("bytes", 0)
        self._send(wanted.get("status", 200), text, wanted.get("headers", {}))
        return True

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return

    def on_well_known_openid_configuration(self, _query: dict[str, str], _body: str) -> None:
        at = self.state.issuer
        row = {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/jwks",
            "userinfo_endpoint": f"{at}/userinfo",
            "end_session_endpoint": f"{at}/end",
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.state.behaviour.get("discovery", {})
        self._send(200, json.dumps({name: value for name, value in row.items() if value is not None}).encode())

    def on_jwks(self, _query: dict[str, str], _body: str) -> None:
        self._send(200, json.dumps({"keys": self.state.signing.published("rotated" in self.state.behaviour)}).encode())

    def on_authorize(self, query: dict[str, str], body: str) -> None:
        if query.get("client_id") != CLIENT or query.get("code_challenge_method") != "S256":
            self._send(400, b"unknown client, or no PKCE")
            return
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("idp_user")
        form = parse_qs(body)
        user = form["account"][0] if "account" in form else cookie.value if cookie else None
        if user is None:
            page = (
                "<!DOCTYPE html><html lang='zh-CN'><title>统一认证</title><h1>统一认证</h1>"
                f"<form method='post' action='{escape(self.path)}'><label>账号 <input name='account'></label>"
                "<button>确认身份</button></form>"
            )
            self._send(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
            return
        code = secrets.token_urlsafe(16)
        self.state.seen.append(query)
        self.state.codes[code] = {**query, "user": user}
        back = {"code": code, "state": query["state"], "iss": self.state.issuer} | self.state.behaviour.get("back", {})
        left = {name: value for name, value in back.items() if value is not None}
        self._send(
            303,
            b"",
            {
                "Location": f"{query['redirect_uri']}?{urlencode(left)}",
                "Set-Cookie": f"idp_user={user}; Path=/; HttpOnly",
            },
        )

    def on_token(self, _query: dict[str, str], body: str) -> None:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        given = self._client(form)
        if given != (CLIENT, SECRET):
            self._send(401, b'{"error":"invalid_client"}')
            return
        lax = "lax" in self.state.behaviour
        known = (self.state.codes.get if lax else lambda code: self.state.codes.pop(code, None))(form.get("code", ""))
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if known is None or known["redirect_uri"] != form.get("redirect_uri") or known["code_challenge"] != challenge:
            self._send(400, b'{"error":"invalid_grant"}')
            return
        now, user = int(time.time()), known["user"]  # noqa: TID251
        claims = {
            "iss": self.state.issuer,
            "sub": f"subject-of-{user}",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": known["nonce"],
            "preferred_username": user,
            "name": "不该留下的姓名",
            "email": "somebody@mail.example",
            "phone_number": "13900000000",
        }
        behaviour = self.state.behaviour
        claims |= {name: now + value for name, value in behaviour.get("after", {}).items()}
        claims |= behaviour.get("claims", {})
        said = {name: value for name, value in claims.items() if value is not None}
        token = behaviour.get("token") or self.state.signing.token(said, behaviour.get("sign", "RS256"))
        access = secrets.token_urlsafe(8)
        self.state.access[access] = user
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}
        self._send(200, json.dumps(answer).encode())

    def _client(self, form: dict[str, str]) -> tuple[str, str]:
        if self.state.behaviour.get("discovery", {}).get("token_endpoint_auth_methods_supported"):
            return form.get("client_id", ""), form.get("client_secret", "")
        user, _, password = (
            base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode().partition(":")
        )
        return unquote_plus(user), unquote_plus(password)

    def on_userinfo(self, _query: dict[str, str], _body: str) -> None:
        user = self.state.access[self.headers["Authorization"].removeprefix("Bearer ")]
        row = {"sub": f"subject-of-{user}", "preferred_username": user} | self.state.behaviour.get("userinfo", {})
        self._send(200, json.dumps(row).encode())

    def on_end(self, query: dict[str, str], _body: str) -> None:
        self.state.seen.append(query)
        gone = {"Location": query["post_logout_redirect_uri"], "Set-Cookie": "idp_user=; Path=/; Max-Age=0"}
        self._send(303, b"", gone)


@dataclass(frozen=True)
class Identity:
    """A running provider."""

    issuer: str

    def behave(self, **behaviour: Any) -> None:
        """Be well-behaved but for this from now on."""
        self._ask("/control", json.dumps(behaviour).encode())

    def counts(self) -> dict[str, int]:
        """How often each address was asked."""
        return dict(self._ask("/seen")["counts"])

    def seen(self) -> list[dict[str, str]]:
        """What browsers brought when they were sent back or signed out, oldest first."""
        return list(self._ask("/seen")["seen"])

    def _ask(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        with urlopen(Request(self.issuer + path, data=body), timeout=30) as answer:
            return dict(json.load(answer))


@contextmanager
def identity(folder: Path) -> Iterator[Identity]:
    """A provider on a free port of the loopback, in its own process; its words go to a file in `folder`."""
    port, log = free_port(), folder / "identity.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.identity", str(port)], cwd=ROOT, stdout=written, stderr=written
        )
        try:
            wait_for(port, server, log)
            yield Identity(f"http://127.0.0.1:{port}")
        finally:
            server.kill()
            server.wait(60)


def main(port: int) -> None:
    """Serve until killed."""
    Provider.state = State(f"http://127.0.0.1:{port}")
    threading.excepthook = lambda _: None
    ThreadingHTTPServer(("127.0.0.1", port), Provider).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
