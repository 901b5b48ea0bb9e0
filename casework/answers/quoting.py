"""Finds words of posts in a text that must not hold any: so many characters in a row as nobody writes by chance."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

RUN = 12
"""So many letters and digits in a row that stand in a post too are its words."""

_SIGNS = re.compile(r"[\W_]+")


def quoted(text: str, posts: Iterable[str], own: Iterable[str] = ()) -> bool:
    """Whether the text holds words of any of the posts; signs and blanks between them do not hide it. What posts took over
    from the office's `own` texts is the office's."""
    return quoting([text], posts, own)[0]


def quoting(texts: Sequence[str], posts: Iterable[str], own: Iterable[str] = ()) -> list[bool]:
    """`quoted` for several texts, the posts read once."""
    theirs = set().union(*(_runs(one) for one in own))
    sought = [_runs(text) - theirs for text in texts]
    if not any(sought):
        return [False] * len(sought)
    said = "\n".join(map(_bare, posts))
    return [any(run in said for run in runs) for runs in sought]


def _runs(text: str) -> set[str]:
    read = _bare(text)
    return {read[at : at + RUN] for at in range(len(read) - RUN + 1)}


def _bare(text: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).lower())
