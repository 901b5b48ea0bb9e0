"""操作日志: the newest acts at the desk, for those who answer for it and those who evaluate."""

from __future__ import annotations

import streamlit as st

from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.visit import Visit
from dashboard.wording import act_name, exact, plain
from pipeline import state_view

_MOST = 100


def draw(visit: Visit) -> None:
    """Draw the newest rows."""
    with backstage().store.reading() as t:
        log = state_view.audit_tail(t, visit.person, limit=_MOST) or []
    if not log:
        st.info("还没有操作记录。")
        return
    st.caption("每一行与上一行的校验值相连；用 huiying audit verify 可查出被改动、删除的行。")
    table(
        [
            {
                "序号": str(entry.seq),
                "时间": exact(entry.at),
                "谁": plain(entry.actor or "（未知用户名）"),
                "做了什么": f"{plain(act_name(entry.act))}{'' if entry.allowed else ' :orange-badge[被拒绝]'}",
                "对象": plain(entry.subject),
            }
            for entry in log
        ]
    )
