"""A certificate authority of a test's own, which no system trusts, and the certificates that it issues."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM


class Authority:
    """Issues certificates; `file` is its own, for those who are to trust it."""

    def __init__(self, folder: Path, name: str, now: datetime) -> None:
        self._folder = folder
        self._now = now
        self._name = _named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        own = self._built(self._name, self._key.public_key(), now + timedelta(days=30))
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(_PEM))

    def issued(self, name: str, lasts: timedelta = timedelta(days=20)) -> Path:
        """A certificate for that host name, with its key, in one file; it ends so long after now."""
        key = ec.generate_private_key(ec.SECP256R1())
        one = self._built(_named(name), key.public_key(), self._now + lasts)
        one = one.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        plain = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = self._folder / f"{name}-{lasts.days}.pem"
        file.write_bytes(plain + one.sign(self._key, hashes.SHA256()).public_bytes(_PEM))
        return file

    def _built(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, end: datetime) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(days=10))
            .not_valid_after(end)
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
