"""Names what is remembered of a source's pages, so that a memory holds only for as long as the page is read alike."""

from __future__ import annotations

import hashlib
from typing import Self

from crawlers.sources import Source


class Names:
    """The names under which a source's memories are kept: hashes of an address and of how the source reads its pages.

    After a change of selectors no name is the same, so that unchanged pages are read again.
    """

    def __init__(self, reading: str) -> None:
        self._reading = reading

    @classmethod
    def of(cls, source: Source) -> Self:
        """The names for a source."""
        return cls(f"{source.kind}\n{source.options.model_dump_json()}\n")

    def page(self, url: str) -> str:
        """The page at `url`: how it looked."""
        return hashed(f"{self._reading}{url}")

    def mark(self, url: str) -> str:
        """The chain of pages that begins at `url`: its mark, and where to go on."""
        return self.page(f"mark {url}")

    def recheck(self, url: str) -> str:
        """The page at `url`: when it was last looked at again."""
        return self.page(f"recheck {url}")

    def canonical(self, url: str) -> str:
        """The page that calls `url` its own address: under which address it was first read."""
        return self.page(f"canonical {url}")

    @property
    def last_whole(self) -> str:
        """When the source was last read without a fault."""
        return self.page("last read whole")

    @property
    def last_deep(self) -> str:
        """When the source was last read to its last page."""
        return self.page("last read to the last page")


def hashed(text: str) -> str:
    """The hash of any text, half characters included."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()
