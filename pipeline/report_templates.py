"""Takes a template of reports of the office's own into use, and out of it again."""

from __future__ import annotations

import hashlib
from datetime import datetime

from casework.reports.own_templates import OwnTemplates
from casework.reports.package_check import BadTemplate
from casework.reports.shipped_templates import KINDS, shipped
from casework.reports.template_check import check_template
from pipeline.attempts import Acting, attempting
from pipeline.refusals import Refused
from records.naming import office_name
from regulation.permissions import allowed
from storage.report_files import write_whole
from storage.store import Store

CHANGE = "change_template"
"""The act as permissions.yaml and the audit name it."""


def install(store: Store, templates: OwnTemplates, kind: str, content: bytes, actor: Acting, at: datetime) -> None:
    """Print papers of this kind into this template from now on; what is filed and signed stays. Raises Refused."""
    _known(kind)
    with attempting(store, actor, CHANGE, kind, at) as t:
        _require_permission(actor)
        try:
            check_template(kind, content)
        except BadTemplate as fault:
            raise Refused(str(fault)) from None
        facts = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        t.audit.append(at, actor.name, actor.role, CHANGE, kind, True, facts)
        write_whole(templates.folder, templates.file(kind).name, content)


def remove(store: Store, templates: OwnTemplates, kind: str, actor: Acting, at: datetime) -> None:
    """Print papers of this kind into the shipped template again. Raises Refused."""
    _known(kind)
    with attempting(store, actor, CHANGE, kind, at) as t:
        _require_permission(actor)
        if not templates.file(kind).is_file():
            raise Refused(f"“{kind}”没有本单位的模板，一直用随附的模板")
        t.audit.append(at, actor.name, actor.role, CHANGE, kind, True, {"removed": True})
        templates.file(kind).unlink()


def exported(templates: OwnTemplates, kind: str) -> bytes:
    """The template of this kind that is in use, to be changed and taken in again. Raises Refused."""
    _known(kind)
    file = templates.file(kind)
    return file.read_bytes() if file.is_file() else shipped(kind)


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise Refused(f"没有“{kind}”这种模板，可用 {'、'.join(KINDS)}")


def _require_permission(actor: Acting) -> None:
    if actor.role is not None and not allowed(actor.role, CHANGE):
        raise Refused(f"您没有权限更换报告模板：请联系{office_name()}或管理员")
