"""Records disclosure records that were read from a file: new ones, and corrections as new versions with an explanation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from casework.disclosures.importing import ReadRow
from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.refusals import Refused
from records.disclosures import Disclosure
from records.naming import office_name
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


PART = 500
"""So many rows are recorded in one transaction: a long file keeps no other writer waiting."""


def no_progress(rows: int) -> None:
    """Nobody looks on."""


def import_disclosures(
    store: Store,
    rows: Iterable[ReadRow],
    actor: Actor,
    at: datetime,
    explanation: str | None = None,
    progress: Callable[[int], None] = no_progress,
) -> Imported:
    """Record every good row, part by part, each part with its audit row; `progress` is told how many rows are read.

    A file that turns out unreadable half-way keeps what came before: read again, those rows are unchanged. A correction
    is explained by its own row, else by `explanation`, else by naming what changed (第二十条). Raises Refused where
    `actor` may not.
    """
    outcome = Imported()
    left = iter(rows)
    part = list(islice(left, PART))
    read = len(part)
    _import_part(store, part, actor, at, explanation, outcome)
    while part:
        progress(read)
        part = list(islice(left, PART))
        read += len(part)
        if part:
            _import_part(store, part, actor, at, explanation, outcome)
    return outcome


def _import_part(
    store: Store, part: Sequence[ReadRow], actor: Actor, at: datetime, explanation: str | None, outcome: Imported
) -> None:
    """Record one part and add what became of it to `outcome`."""

    def explained(before: Disclosure, after: Disclosure) -> str:
        return explanation or _what_changed(before, after)

    good = [row.disclosure for row in part if not isinstance(row, BadRow)]
    bad = [row for row in part if isinstance(row, BadRow)]
    with attempting(store, actor, IMPORT, "disclosures", at) as t:
        if actor.role is not None and not allowed(actor.role, IMPORT):
            raise Refused(f"您没有权限导入公开事项：请联系{office_name()}或管理员")
        kept = _with_what_files_lack(t, good)
        became = Counter(t.disclosures.add_all(kept, at, actor.name, explained))
        counted = {word.value: became[word] for word in Added}
        t.audit.append(at, actor.name, actor.role, IMPORT, "disclosures", True, {**counted, "bad": len(bad)})
    outcome.new += became[Added.NEW]
    outcome.corrected += became[Added.CORRECTED]
    outcome.unchanged += became[Added.UNCHANGED]
    outcome.bad += bad


def _with_what_files_lack(t: Transaction, records: Sequence[Disclosure]) -> list[Disclosure]:
    """A file says nothing of interpretation and withdrawal: what is known of them stays."""
    known = t.disclosures.many(record.id for record in records)
    return [
        replace(record, interpretation=before.interpretation, withdrawn=before.withdrawn)
        if (before := known.get(record.id)) is not None
        else record
        for record in records
    ]


def _what_changed(before: Disclosure, after: Disclosure) -> str:
    changed = [label for key, label in _FIELDS.items() if getattr(before, key) != getattr(after, key)]
    return f"重新导入时更正：{'、'.join(changed)}"
