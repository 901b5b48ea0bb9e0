"""Looks whether people could sign in at the provider of the settings: its description, keys and clock, and our secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from huiying.oidc.asking import Down
from huiying.oidc.keys import usable_keys
from huiying.oidc.metadata import BadProvider
from huiying.oidc.provider import Provider
from records.secret_files import UnusableSecret

NOTICED_SECONDS = 10
"""A difference between the clocks that is worth a word before it matters."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something with the provider; `grave` where nobody can sign in by it."""

    said: str
    grave: bool = True


def troubles(provider: Provider, now: datetime) -> Iterator[Trouble]:
    """What is wrong, worst first of all that which keeps from looking further."""
    try:
        provider.secret()
    except UnusableSecret as fault:
        yield Trouble(str(fault))
    try:
        metadata, date = provider.looked_up()
        usable = bool(usable_keys(provider.keys_of(metadata)))
    except (Down, BadProvider) as fault:
        yield Trouble(str(fault))
        return
    if not usable:
        yield Trouble("统一认证没有公布能用的公钥（要有 RSA 2048 位以上或 EC 的签名公钥）")
    if metadata.challenges is False:
        yield Trouble("统一认证没有声明支持 PKCE（S256）：请向对方确认", grave=False)
    apart = _apart(date, now)
    if apart is not None and apart > NOTICED_SECONDS:
        allowed = provider.options.leeway_seconds
        said = f"两边的时钟相差 {apart} 秒（最多容许 {allowed} 秒）：请核对本机和对方的时间同步"
        yield Trouble(said, grave=apart > allowed)


def _apart(date: str | None, now: datetime) -> int | None:
    """By how many seconds the provider's clock differs; None where it does not say."""
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    said = said if said.tzinfo is not None else said.replace(tzinfo=UTC)
    return int(abs((now - said).total_seconds()))
