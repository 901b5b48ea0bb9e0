"""How accounts are protected: reads sign_in.yaml into one validated set of figures."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from records.shipped_files import content_of

_FILE = Path(__file__).with_name("sign_in.yaml")


class BadSignInRules(ValueError):
    """sign_in.yaml has an unknown or missing key, or a figure that is not a positive whole number."""


@dataclass(frozen=True, slots=True)
class SignInRules:
    """Lock-out, session length, password length and the cost of one password hash (argon2id)."""

    max_failures: int
    lock_minutes: int
    session_hours: int
    min_password_length: int
    hash_time_cost: int
    hash_memory_kib: int
    hash_parallelism: int

    @property
    def lock(self) -> timedelta:
        """How long an account stays locked."""
        return timedelta(minutes=self.lock_minutes)

    @property
    def session(self) -> timedelta:
        """How long a sign-in lasts."""
        return timedelta(hours=self.session_hours)


def rules_from(values: Any, file: str) -> SignInRules:
    """Read the figures. Raises BadSignInRules."""
    names = {field.name for field in fields(SignInRules)}
    if not isinstance(values, dict) or values.keys() != names:
        raise BadSignInRules(f"{file}: exactly these keys are expected: {', '.join(sorted(names))}")
    for name, value in values.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise BadSignInRules(f"{file}: {name} must be a whole number from 1")
    return SignInRules(**values)


@cache
def sign_in_rules() -> SignInRules:
    """The shipped figures."""
    return rules_from(content_of(_FILE), _FILE.name)
