"""What a source kind is given (a page) and what it gives back (posts found, pages to read next)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from crawlers.outcomes import Outcome
from records.posts import Reactions


class Options(BaseModel):
    """What a row of the sources file tells a source kind about one site; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Via(StrEnum):
    """How a source kind gets what it reads; a kind's module says it as `VIA`, and is read over the web where it does not."""

    WEB = "web"
    FOLDER = "folder"
    PUSH = "push"


class ReactionPaths(Options):
    """Where an entry that is no HTML keeps its numbers of reactions: a path or an element's name each."""

    comments: str | None = None
    reposts: str | None = None
    likes: str | None = None
    views: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page, decoded. `content_type` is the header's, lower case, without parameters.

    `links` are the addresses of its Link headers by relation (`next`), resolved.
    """

    url: str
    text: str
    fetched_at: datetime
    content_type: str = ""
    flags: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A post as a page shows it. `key` names it for good within its source; `reply_to` is the id of another post.

    `text` is plain text. There is no field for who wrote it.
    """

    key: str
    url: str | None
    title: str | None
    text: str
    published_at: datetime
    reactions: Reactions = field(default_factory=Reactions)
    reply_to: str | None = None
    channel: str | None = None
    flags: tuple[str, ...] = ()


EVERYTHING = ""
"""In place of a `root`."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A page to read next. `step` and `memo` come back with it.

    A follow with a `mark` is left out when the mark is the one remembered for `url`: what the list says of that page
    (its count of replies, say) has not changed. The mark is remembered once the page and all that it led to are stored.
    A page that was read less than `revisit` seconds ago is left out as well. `newest` is for paging from new to old: the
    time of the newest entry on the page that leads on; where the source was last read whole after that (less its row's
    overlap), the older pages are known and the follow is left out. `root` is the key of the post whose own page this is:
    where the page is gone, so is the post, and the pages that it leads to show what answers it. EVERYTHING in its place
    says that the page and those that it leads to show all that the source has.
    """

    url: str
    step: str
    memo: Mapping[str, str] = field(default_factory=dict)
    mark: str | None = None
    revisit: float = 0
    newest: datetime | None = None
    root: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page gave. `matched` counts the entries that the selectors or the format found, usable or not.

    `vacant` says that the page is sound and simply holds nothing yet (an empty feed), so that an empty reading is no
    sign of a changed page. `dropped` counts entries that could not become posts, by Chinese reason. `complete` says that
    the page shows all that answers its root, as far as the pages that it leads to do not show the rest, and all of it
    could be read: what is stored and not shown is gone. `canonical` is what a post's own page calls its address.
    """

    items: tuple[Item, ...] = ()
    follows: tuple[Follow, ...] = ()
    matched: int = 0
    vacant: bool = False
    dropped: Mapping[str, int] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    complete: bool = False
    canonical: str | None = None


class Unreadable(Exception):
    """A page that is not what its source should give. The message is Chinese."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


def post_id(source: str, key: str) -> str:
    """The stable id of the post that `key` names within `source`."""
    # What came as JSON may hold half a character; its name is as good as any.
    return hashlib.sha256(f"{source}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
