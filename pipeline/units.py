"""Which units the desk knows, so that a mistyped name is refused before anything is sent to nobody."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.refusals import Refused
from records.alerts import KEEPER, OFFICE
from storage.store import Transaction


def known_units(t: Transaction, above: Iterable[str] = ()) -> list[str]:
    """Every unit that answers for a record, has an account or has a contact, in order of their names.

    Neither office nor keeper is one, nor are the bodies `above` that are told upward.
    """
    return sorted({*t.disclosures.units(), *t.people.units()} - {OFFICE, KEEPER, *above})


def require_known(t: Transaction, unit: str) -> None:
    """Raise Refused for a unit that the desk does not know."""
    if unit not in known_units(t):
        raise Refused(
            f"没有“{unit[:40]}”这个单位：公开事项、账户和联系方式里都没有。请核对名称；新单位请先登记联系方式（huiying contact add）"
        )
