"""Says whether two names of accounts stand for one person: by the 姓名 as it is read, however it is typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_REMARK = re.compile(r"[(\[【〔〈<].*$")
_NUMBER = re.compile(r"[\d_.-]+$")
_UNREAD = frozenset({"Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0·•・")


def same_person(one: str, other: str) -> bool:
    """Whether both accounts carry the same 姓名: blanks, signs that cannot be seen, width and case make no difference."""
    return _read(one) == _read(other)


def alike(name: str, others: Iterable[str]) -> str | None:
    """The first of the other names that differs from this one by a remark in brackets or a number at its end alone.

    Namesakes are told apart so, and so is a second account of one person: only people can tell which it is.
    """
    return next((one for one in others if not same_person(name, one) and _bare(name) == _bare(one)), None)


def _read(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name)
    return "".join(
        sign for sign in folded if unicodedata.category(sign) not in _UNREAD and sign not in _FILLERS
    ).lower()


def _bare(name: str) -> str:
    read = _read(name)
    return _NUMBER.sub("", _REMARK.sub("", read)) or read
