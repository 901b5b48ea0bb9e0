"""An identity provider that is not ours, for tests: oidc-provider-mock (built on Authlib) in an environment of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from tests.servers.environments import free_port, made_for, wait_for

LOCK = Path(__file__).with_name("provider.lock")


@dataclass(frozen=True)
class Client:
    """What the provider gave to a desk that registered."""

    issuer: str
    client_id: str
    secret: str


def interpreter() -> Path:
    """An interpreter for which the provider is installed. Raises NotInstalled."""
    return made_for("provider", LOCK)


@contextmanager
def running(python: Path, folder: Path, redirect: str, *usernames: str) -> Iterator[Client]:
    """A provider that knows these people, and the desk to which it sends them back; it insists on a nonce."""
    port, log = free_port(), folder / "provider.log"
    people = [{"sub": f"subject-{number}", "preferred_username": username} for number, username in enumerate(usernames)]
    known = [word for person in people for word in ("--user-claims", json.dumps(person))]
    with log.open("wb") as written:
        server = subprocess.Popen(
            [str(python), "-m", "oidc_provider_mock", "-p", str(port), "-r", "true", "-n", "true", *known],
            stdout=written,
            stderr=written,
            env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
        )
    try:
        wait_for(port, server, log)
        issuer = f"http://127.0.0.1:{port}"
        yield _registered(issuer, redirect)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait(60)


def _registered(issuer: str, redirect: str) -> Client:
    body = json.dumps({"redirect_uris": [redirect], "token_endpoint_auth_method": "client_secret_basic"}).encode()
    with urlopen(Request(f"{issuer}/oauth2/clients", body, {"Content-Type": "application/json"}), timeout=30) as answer:
        given = json.load(answer)
    return Client(issuer, given["client_id"], given["client_secret"])
