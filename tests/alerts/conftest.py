"""What the tests of several channels need: a certificate for localhost and an HTTP server that answers as it is told."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.alerts.vendor import Vendor


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost, made on the spot, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    timeout=120)  # fmt: skip
    return cert, key


@pytest.fixture
def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor's server on the loopback."""
    with Vendor() as serving:
        yield serving


@pytest.fixture
def robot_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes the file of a robot that only its owner may read; gives its folder."""

    def written(name: str, *lines: str, mode: int = 0o600) -> Path:
        file = tmp_path / f"{name}.key"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        file.chmod(mode)
        return tmp_path

    return written
