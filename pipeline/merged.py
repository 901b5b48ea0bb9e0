"""Refuses work on an incident that has become part of another one: it is read there and worked on here no more."""

from __future__ import annotations

from pipeline.refusals import Refused
from records.incidents import Incident


def require_unmerged(incident: Incident) -> None:
    """Raises Refused for one that was merged, naming where to go."""
    if incident.merged_into is not None:
        raise Refused(
            f"事件 {incident.id} 已并入 {incident.merged_into}：请到 {incident.merged_into} 办理；并错了请在那里拆分"
        )
