"""Records disclosure records that were read from a file: new ones, and corrections as new versions with an explanation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from casework.disclosures.importing import ReadRow
from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.refusals import Refused
from records.disclosures import Disclosure
from records.spreadsheets import BadRow
from regulation.permissions import allowed
from storage.disclosures import Added
from storage.store import Store, Transaction

IMPORT = "import_disclosures"
"""The act as permissions.yaml and the audit name it."""

_FIELDS = {
    "title": "标题",
    "doc_number": "文号",
    "published_at": "发布时间",
    "unit": "责任单位",
    "catalogue_item": "目录事项",
    "scope": "公开范围",
    "url": "网址",
    "body": "正文",
    "watch_terms": "关注词",
    "risk": "风险等级",
}


@dataclass
class Imported:
    """What became of a file's rows: how many records of each kind, and the rows that were left out."""

    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)


def import_disclosures(
    store: Store, rows: Iterable[ReadRow], actor: Actor, at: datetime, explanation: str | None = None
) -> Imported:
    """Record every good row in one transaction, and audit it.

    A correction is explained by its own row, else by `explanation`, else by naming what changed (第二十条). Raises
    Refused where `actor` may not.
    """
    with attempting(store, actor, IMPORT, "disclosures", at) as t:
        if actor.role is not None and not allowed(actor.role, IMPORT):
            raise Refused("您没有权限导入公开事项：请联系区委办或管理员")
        outcome = Imported()
        for row in rows:
            if isinstance(row, BadRow):
                outcome.bad.append(row)
            else:
                _count(outcome, _record(t, row.disclosure, at, actor.name, explanation))
        counted = {"new": outcome.new, "corrected": outcome.corrected, "unchanged": outcome.unchanged}
        t.audit.append(at, actor.name, actor.role, IMPORT, "disclosures", True, {**counted, "bad": len(outcome.bad)})
    return outcome


def _count(outcome: Imported, added: Added) -> None:
    if added is Added.NEW:
        outcome.new += 1
    elif added is Added.CORRECTED:
        outcome.corrected += 1
    else:
        outcome.unchanged += 1


def _record(t: Transaction, record: Disclosure, at: datetime, by: str, explanation: str | None) -> Added:
    known = t.disclosures.get(record.id)
    if known is not None and record.explanation is None:
        record = replace(record, explanation=explanation or _what_changed(known, record))
    return t.disclosures.add(record, at, by)


def _what_changed(before: Disclosure, after: Disclosure) -> str:
    changed = [label for key, label in _FIELDS.items() if getattr(before, key) != getattr(after, key)]
    return f"重新导入时更正：{'、'.join(changed)}" if changed else "重新导入"
