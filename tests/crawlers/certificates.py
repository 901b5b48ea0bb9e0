"""Certificates of a test's own, and web sites that show them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.crawlers.site import Site, serving


def certificate(folder: Path, name: str, start: datetime, end: datetime) -> Path:
    """A self-signed certificate for that host name, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = folder / f"{name}-{end:%Y%m%d}.pem"
    file.write_bytes(key.private_bytes(pem, pkcs8, plain) + signed.public_bytes(pem))
    return file


def lasting(folder: Path, name: str, now: datetime) -> Path:
    """One that is valid now."""
    return certificate(folder, name, now - timedelta(days=1), now + timedelta(days=30))


@contextmanager
def serving_tls(file: Path) -> Iterator[Site]:
    """A site that shows that certificate; its address begins with https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving(context) as site:
        yield site
