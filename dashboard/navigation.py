"""Names every page of the desk: its address and its title."""

from __future__ import annotations

from enum import Enum


class Place(Enum):
    """A page: its address below the desk's, and its Chinese title."""

    DESK = ("", "值班台")
    INCIDENT = ("incident", "事件")
    LEDGER = ("ledger", "公开事项台账")
    RECORD = ("record", "公开事项")
    UPWARD = ("upward", "上报台账")
    MESSAGES = ("messages", "消息")
    ENTRY = ("entry", "录入")
    SEARCH = ("search", "搜索")
    PATROL = ("patrol", "网上巡查")
    DUTY = ("duty", "值班表")
    SOURCES = ("sources", "采集源")
    ADMINISTRATION = ("administration", "管理")

    @property
    def address(self) -> str:
        """The path that opens the page in a browser."""
        return f"/{self.value[0]}"

    @property
    def title(self) -> str:
        """The Chinese title."""
        return self.value[1]


UNLISTED = frozenset({Place.RECORD})
"""Pages that are reached from other pages only."""

ADDRESSES = [place.address for place in Place]
