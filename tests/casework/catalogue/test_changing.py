"""An item comes to its own group, keeps its id for good, and leaves the others as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.catalogue.changing import Unchangeable, added, changed, taken_in, withdrawn
from casework.catalogue.importing import GoodItem
from regulation.catalogue import Catalogue, Item
from regulation.catalogue_file import shipped

H = shipped("H")
NEW = {
    "level1": "自身建设",
    "level2": "机构设置",
    "level3": "区委全会",
    "content": "区委全会公报。",
    "way": "社会公开",
    "platform": "互联网",
    "time_limit": "随时公开",
    "unit": "区委办",
}


def item(catalogue: Catalogue, item_id: str) -> Item:
    """An item that must be there."""
    found = catalogue.item(item_id)
    assert found is not None
    return found


def ids(catalogue: Catalogue) -> list[str]:
    """The ids in order."""
    return [one.id for one in catalogue.items]


def cells(one: Item) -> dict[str, str]:
    """The cells of an item as a form or a file gives them."""
    return {key: one.cell(key) for key in H.form.cells}


def row(one: Item, number: int = 2, *, named: bool = False, **other: str) -> GoodItem:
    """An item as a row of a file, some cells otherwise."""
    return GoodItem(number, one.id if named else None, {**cells(one), **other}, frozenset())


def test_a_new_item_stands_after_the_last_of_its_own_levels():
    catalogue, one = added(H, 64, NEW)
    assert one.id == "H64"
    assert ids(catalogue)[14:18] == ["H15", "H16", "H64", "H17"]
    assert [other for other in catalogue.items if other.id != "H64"] == list(H.items)


@pytest.mark.parametrize(
    ("levels", "after"),
    [
        (("自身建设", "机构设置", "新的三级"), "H19"),
        (("自身建设", "新的二级", "新的三级"), "H24"),
        (("新的一级", "机构设置", "区委全会"), "H63"),
    ],
)
def test_a_new_item_stands_after_the_last_that_shares_the_most_levels(levels: tuple[str, str, str], after: str):
    named = dict(zip(("level1", "level2", "level3"), levels, strict=True))
    order = ids(added(H, 64, {**NEW, **named})[0])
    assert order[order.index("H64") - 1] == after


def test_the_same_item_twice_is_refused():
    with pytest.raises(Unchangeable, match="都相同的一项（H16）"):
        added(H, 64, cells(item(H, "H16")))
    with pytest.raises(Unchangeable, match="都相同的一项（H16）"):
        changed(H, "H15", {**cells(item(H, "H15")), "content": item(H, "H16").content})


def test_what_cannot_stand_in_a_catalogue_is_refused():
    with pytest.raises(Unchangeable, match="“公开时限”是“常年”"):
        added(H, 64, {**NEW, "time_limit": "常年"})
    with pytest.raises(Unchangeable, match="“责任单位”没有填写"):
        changed(H, "H15", {**cells(item(H, "H15")), "unit": " "})


def test_a_changed_item_keeps_id_and_place():
    catalogue = changed(H, "H10", {**cells(item(H, "H10")), "unit": "区委办  区发改局"})
    assert ids(catalogue) == ids(H)
    assert item(catalogue, "H10") == replace(item(H, "H10"), unit="区委办 区发改局")
    assert [one for one in catalogue.items if one.id != "H10"] == [one for one in H.items if one.id != "H10"]


def test_an_item_moves_where_its_levels_change():
    catalogue = changed(H, "H10", {**cells(item(H, "H10")), "level2": "机构设置", "level1": "自身建设"})
    order = ids(catalogue)
    assert order[order.index("H10") - 1] == "H19"
    assert len(order) == 63


def test_a_cell_that_is_written_anew_is_no_longer_joined():
    catalogue = changed(H, "H3", {**cells(item(H, "H3")), "content": "另有内容。"})
    assert item(catalogue, "H3").joined == frozenset()
    kept = changed(H, "H3", {**cells(item(H, "H3")), "unit": "宣传部"})
    assert item(kept, "H3").joined == {"content"}


def test_a_change_that_changes_nothing_is_refused():
    with pytest.raises(Unchangeable, match="没有改动"):
        changed(H, "H10", cells(item(H, "H10")))


def test_a_withdrawn_item_is_gone_and_an_unknown_one_refused():
    assert ids(withdrawn(H, "H10")) == [one for one in ids(H) if one != "H10"]
    with pytest.raises(Unchangeable, match="没有编号为“H99”"):
        withdrawn(H, "H99")
    with pytest.raises(Unchangeable, match="最后一项"):
        withdrawn(replace(H, items=H.items[:1]), "H1")


def test_rows_of_a_file_change_what_is_there_and_add_what_is_new():
    rows = [
        row(item(H, "H9"), unit="区发改局"),
        row(item(H, "H10")),
        row(item(H, "H11"), named=True, content="另有内容。"),
        GoodItem(5, None, NEW, frozenset()),
    ]
    found = taken_in(H, 63, rows, whole=False)
    assert (found.new, found.changed, found.unchanged, found.withdrawn, found.last) == (1, 2, 1, 0, 64)
    assert item(found.catalogue, "H9").unit == "区发改局"
    assert item(found.catalogue, "H11").content == "另有内容。"
    assert ids(found.catalogue) == ids(added(H, 64, NEW)[0])


def test_a_file_that_is_the_whole_catalogue_gives_its_order_and_withdraws_the_rest():
    rows = [row(item(H, "H12")), GoodItem(3, None, NEW, frozenset({"unit"})), row(item(H, "H2"))]
    found = taken_in(H, 70, rows, whole=True)
    assert ids(found.catalogue) == ["H12", "H71", "H2"]
    assert (found.new, found.unchanged, found.withdrawn, found.last) == (1, 2, 61, 71)
    assert item(found.catalogue, "H71").joined == {"unit"}


def test_the_same_rows_again_change_nothing():
    found = taken_in(H, 63, [row(one) for one in H.items], whole=True)
    assert (found.unchanged, found.differs) == (63, False)
    assert taken_in(H, 63, [row(one) for one in reversed(H.items)], whole=True).differs


def test_an_unknown_id_in_a_file_is_refused_with_its_row():
    with pytest.raises(Unchangeable, match="第7行：目录里没有编号为“H64”"):
        taken_in(H, 63, [row(replace(item(H, "H9"), id="H64"), 7, named=True)], whole=False)
    twice = [row(item(H, "H9"), number, named=True) for number in (7, 8)]
    with pytest.raises(Unchangeable, match=r"第8行：.*在表里重复"):
        taken_in(H, 63, twice, whole=False)


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_that_has_an_item_twice_is_refused(whole: bool):
    rows = [GoodItem(number, None, NEW, frozenset()) for number in (2, 3)]
    with pytest.raises(Unchangeable, match="都相同的一项（H64）"):
        taken_in(H, 63, rows, whole=whole)
