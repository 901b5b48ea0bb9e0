"""What the office calls itself: changed on the page with a reason, logged, taken back; what cannot stand on paper is refused."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest

from casework.reports.document import Letterhead
from casework.reports.formats import docx as docx_format
from casework.reports.own_templates import InOwnTemplate, OwnTemplates
from pipeline import own_values
from pipeline.acts import Actor
from pipeline.letterhead_sample import sample
from pipeline.own_names import Names, NamesPage, names_page, own_names
from pipeline.refusals import Refused
from records.people import Person
from records.words import Role
from storage.store import Store
from tests.casework.reports.packages import with_text
from tests.storage.making import NOON

WANG = Person("wangfang", "王芳", Role.OFFICE)
ACTOR = Actor("王芳", Role.OFFICE)
FILE = {
    "name": "惠川区委",
    "office_name": "区委办公室",
    "letterhead": "舆情专报",
    "serial_prefix": "惠舆情报",
    "report_to": ("区委", "区政府"),
}
GROUND = Names(FILE)


def page(store: Store) -> NamesPage:
    with store.reading() as t:
        found = names_page(t, WANG, GROUND)
    assert found is not None
    return found


def change(store: Store, after: dict[str, Any], reason: str = "机构改革") -> None:
    seen = {name: one.now for name, one in page(store).names.items()}
    own_values.change(store, GROUND, seen, after, reason, ACTOR, NOON)


def test_several_names_change_at_once_each_with_a_row_of_the_log(store: Store) -> None:
    change(store, {"name": "惠川县委", "report_to": ["县委", "县政府", "市委办"], "letterhead": "舆情专报"})
    with store.reading() as t:
        assert own_names(t) == {"name": "惠川县委", "report_to": ["县委", "县政府", "市委办"]}
        rows = [dict(entry.detail) for entry in t.audit.newest(5)]
    assert rows == [
        {
            "value": "report_to",
            "reason": "机构改革",
            "before": ["区委", "区政府"],
            "after": ["县委", "县政府", "市委办"],
        },
        {"value": "name", "reason": "机构改革", "before": "惠川区委", "after": "惠川县委"},
    ]


def test_one_of_them_is_taken_back_and_the_settings_file_counts_again(store: Store) -> None:
    change(store, {"name": "惠川县委", "letterhead": "县委舆情专报"})
    made = next(one for one in page(store).changes if one.name == "name")
    own_values.undo(store, GROUND, made, ACTOR, NOON + timedelta(minutes=1))
    with store.reading() as t:
        assert own_names(t) == {"letterhead": "县委舆情专报"}
    assert page(store).names["name"].now == "惠川区委"


@pytest.mark.parametrize(
    ("name", "wrong", "why"),
    [
        ("name", " ", "不能为空"),
        ("name", "惠川\n区委", "换行"),
        ("name", "惠川{office}", "花括号"),
        ("name", "惠" * 41, "40 个字"),
        ("letterhead", 5, "不能为空"),
        ("report_to", [], "1 到 6"),
        ("report_to", ["区委", "区委"], "写了两次"),
        ("report_to", ["区委", ""], "不能为空"),
        ("report_to", "区委", "1 到 6"),
    ],
)
def test_what_can_stand_on_no_paper_is_refused(store: Store, name: str, wrong: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        change(store, {name: wrong})
    with store.reading() as t:
        assert own_names(t) == {}


def test_of_two_who_change_the_same_name_the_second_is_told(store: Store) -> None:
    change(store, {"name": "惠川县委"})
    with pytest.raises(Refused, match="刚被他人改成 惠川县委"):
        own_values.change(store, GROUND, {"name": "惠川区委"}, {"name": "别的"}, "理由", ACTOR, NOON)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICE, Role.ADMIN)])
def test_nobody_but_the_office_and_admins_changes_or_sees_names(store: Store, role: Role) -> None:
    with pytest.raises(Refused, match="没有权限"):
        own_values.change(store, GROUND, {"name": "惠川区委"}, {"name": "别的"}, "理由", Actor("某人", role, "x"), NOON)
    with store.reading() as t:
        assert names_page(t, Person("x", "某人", role, "x"), GROUND) is None


def test_the_page_says_how_many_accounts_are_of_the_office_by_its_present_name(store: Store) -> None:
    with store.transaction() as t:
        t.people.add(Person("shuji", "舒记", Role.HEAD, "区委办公室"), "x" * 20, NOON)
    assert page(store).accounts == 1
    change(store, {"office_name": "县委办公室"})
    assert page(store).accounts == 0


def test_the_sample_sheet_carries_the_names_as_reports_do() -> None:
    head = Letterhead("县委<舆情>专报", "惠县舆情", "县委、县政府", "县委办公室")
    lines = [one.text for one in docx.Document(io.BytesIO(sample(head, "惠川县委", NOON))).paragraphs]
    assert lines[:2] == ["县委<舆情>专报", "惠县舆情〔2026〕1号"]
    assert "县委、县政府：" in lines
    assert "（样张，非正式报送）" in lines
    assert "县委办公室" in lines
    assert any("惠川县委" in line and "审批表" in line for line in lines)


def test_the_sample_sheet_is_printed_into_the_offices_own_template(tmp_path: Path) -> None:
    format_ = InOwnTemplate(docx_format, OwnTemplates(tmp_path))  # type: ignore[arg-type]
    format_.templates.file("office").write_bytes(with_text("office", "{{主送}}：", "本县自己的样子"))
    content = sample(Letterhead("县委专报", "惠县", "县委", "办公室"), "惠川县委", NOON, format_)
    assert "本县自己的样子" in [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]
