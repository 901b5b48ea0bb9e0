"""Names every page of the desk: its address, its title and who may open it."""

from __future__ import annotations

from enum import Enum

from pipeline.views import may_somewhere
from records.people import Person


class Place(Enum):
    """A page: its address below the desk's, its Chinese title, and the act of permissions.yaml that opens it."""

    DESK = ("", "值班台", "view_posts")
    INCIDENT = ("incident", "事件", "view_incident")
    MESSAGES = ("messages", "消息", "view_messages")
    ENTRY = ("entry", "录入", "open_incident")
    SEARCH = ("search", "搜索", "view_posts")
    UPWARD = ("upward", "上报台账", "view_upward")
    PATROL = ("patrol", "网上巡查", "view_sources")
    DUTY = ("duty", "值班表", "view_duty")
    PROPOSALS = ("proposals", "拟公开事项", "view_proposals")
    PROPOSAL = ("proposal", "拟公开事项审签", "view_proposals")
    LEDGER = ("ledger", "公开事项台账", "view_disclosures")
    RECORD = ("record", "公开事项", "view_disclosures")
    RISK = ("risk", "风险评估", "view_risk")
    CATALOGUE = ("catalogue", "公开目录", "view_catalogue")
    RELEASES = ("releases", "发布日历", "view_releases")
    SUGGESTIONS = ("suggestions", "意见建议", "view_suggestions")
    SUGGESTION = ("suggestion", "意见建议办理", "view_suggestions")
    INSPECTIONS = ("inspections", "督导检查", "view_inspections")
    INSPECTION = ("inspection", "检查表", "view_inspections")
    RECTIFICATION = ("rectification", "整改事项", "view_inspections")
    PAPERS = ("papers", "报告文稿", "view_notices")
    PAPER = ("paper", "文稿", "view_notices")
    PUBLIC = ("public", "回应公开", "view_public_entries")
    ARCHIVE = ("archive", "归档", "archive_incident")
    PUT_AWAY = ("put_away", "事件归档", "archive_incident")
    SOURCES = ("sources", "采集源", "view_sources")
    ADMINISTRATION = ("administration", "管理", "view_administration")
    LOG = ("log", "操作日志", "view_audit")
    HELP = ("help", "帮助", "view_disclosures")

    @property
    def address(self) -> str:
        """The path that opens the page in a browser."""
        return f"/{self.value[0]}"

    @property
    def name_of_page(self) -> str:
        """How Streamlit and meanings.yaml call the page: its address, of the desk a word."""
        return self.value[0] or "desk"

    @property
    def title(self) -> str:
        """The Chinese title."""
        return self.value[1]

    def opens_to(self, person: Person) -> bool:
        """Whether the person may see something on the page; for others it is neither in the menu nor drawn."""
        return may_somewhere(person, self.value[2])


UNLISTED = frozenset(
    {
        Place.PROPOSAL,
        Place.SUGGESTION,
        Place.RECORD,
        Place.RISK,
        Place.PUT_AWAY,
        Place.PAPER,
        Place.INSPECTION,
        Place.RECTIFICATION,
    }
)
"""Pages that are reached from other pages only."""

ADDRESSES = [place.address for place in Place]
