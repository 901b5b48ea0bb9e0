"""Finds words of posts in a text that must not hold any: so many characters in a row as nobody writes by chance."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

RUN = 12
"""So many letters and digits in a row that stand in a post too are its words."""


def quoted(text: str, posts: Iterable[str], own: Iterable[str] = ()) -> bool:
    """Whether the text holds words of any of the posts; signs and blanks between them do not hide it. What posts took over
    from the office's `own` texts is the office's."""
    return quoting([text], posts, own)[0]


def quoting(texts: Sequence[str], posts: Iterable[str], own: Iterable[str] = ()) -> list[bool]:
    """`quoted` for several texts, the posts read once."""
    theirs = set().union(*(_runs(one) for one in own))
    sought = {at: runs for at, text in enumerate(texts) if (runs := _runs(text) - theirs)}
    met: set[int] = set()
    for post in posts:
        if len(met) == len(sought):
            break
        runs = _runs(post)
        met |= {at for at, known in sought.items() if at not in met and not known.isdisjoint(runs)}
    return [at in met for at in range(len(texts))]


def _runs(text: str) -> set[str]:
    read = "".join(sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum())
    return {read[at : at + RUN] for at in range(len(read) - RUN + 1)}
