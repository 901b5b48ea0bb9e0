"""归档包: the archive packages of a record, and the button that puts the next one away."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.visit import Visit
from dashboard.wording import moment, plain
from pipeline import archiving
from pipeline.ledger_view import RecordPage
from pipeline.views import may
from records.archives import ArchivePackage


def draw(visit: Visit, page: RecordPage) -> None:
    """Draw what is put away, for whoever may open it, and the button for whoever may archive."""
    may_archive = may(visit.person, archiving.ARCHIVE, page.record.unit)
    with backstage().store.reading() as t:
        packages = archiving.readable(t, acting.actor(visit.person), page.record)
    if not packages and not may_archive:
        return
    draw_packages(packages)
    if may_archive:
        _archive(page)


def draw_packages(packages: Sequence[ArchivePackage]) -> None:
    """Draw what is put away, each to be downloaded."""
    st.markdown("### 归档包", anchors=False)
    for package in packages:
        _package(package)


def _package(package: ArchivePackage) -> None:
    folder = backstage().desk.settings.archive_dir
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**第 {package.number} 包**　{moment(package.made_at, backstage().now())} "
            f":gray[{plain(package.made_by)} 归档，{max(1, package.size // 1000)} KB]"
        )
        found = archiving.content(package, folder)
        if found is None:
            st.markdown(":red-badge[文件缺失或被改动] 请管理员运行 huiying archive verify --all")
            return
        st.download_button(
            "下载",
            found,
            package.file.rpartition("/")[2],
            "application/zip",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"archive_{package.number}",
        )


def _archive(page: RecordPage) -> None:
    key = f"archive_{page.record.id}"

    def work(doing: Doing) -> None:
        actor = acting.actor(doing.person)
        shelf = doing.parts.desk.archive_shelf
        archiving.archive(doing.parts.store, page.record.id, actor, doing.at, shelf, doing.request)

    if st.button("归档成包", key=key, icon=":material/inventory_2:", help="把这条事项的全部材料装成一包；以前的包不动"):
        acting.do(key, "已归档。", work)
        st.rerun()
