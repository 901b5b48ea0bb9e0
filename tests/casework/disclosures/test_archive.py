"""An archive package: the same bytes every time, and a check that names whatever is not as it was put away."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.disclosures.archive import CONTENTS, MANIFEST, Package, Piece, faults, pack, sha256
from regulation.archive_contents import archive_contents
from tests.casework.packages import differing_times

SECTIONS = archive_contents()
PACKAGE = Package(
    record="d1",
    title="供热方案",
    unit="住建局",
    number=2,
    made_at=datetime(2026, 4, 10, 12, tzinfo=UTC),
    made_by="档案丁",
    head=f"7:{'a' * 64}",
    pieces=[
        Piece("versions", "公开事项/第1版.txt", "全文一".encode()),
        Piece("forms", "审批表/d1.txt", "表".encode()),
        Piece("reports", "舆情事件/1/报告/一.docx", b"PK report"),
    ],
    remarks={"reports": ["惠舆情报〔2026〕3号的文件读不到"]},
)
PACKED = pack(PACKAGE, SECTIONS)


def entries(content: bytes = PACKED.content) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return {name: source.read(name) for name in source.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return written.getvalue()


def found(content: bytes) -> list[str]:
    return faults(content, PACKED.sha256, PACKED.manifest_sha256)


def test_the_same_contents_give_the_same_bytes_whenever_they_are_packed():
    assert pack(PACKAGE, SECTIONS) == PACKED
    assert len(differing_times(PACKED.content)) == 1
    assert pack(replace(PACKAGE, pieces=PACKAGE.pieces[::-1]), SECTIONS) == PACKED


@pytest.mark.clause("H-36")
def test_the_manifest_has_the_hash_of_every_other_file_and_the_head_of_the_log():
    files = entries()
    manifest = json.loads(files.pop(MANIFEST))
    assert (manifest["format"], manifest["record"], manifest["number"], manifest["made_by"]) == (1, "d1", 2, "档案丁")
    assert manifest["audit_head"] == PACKAGE.head
    listed = {one["path"]: (one["size"], one["sha256"]) for one in manifest["files"]}
    assert listed == {path: (len(content), sha256(content)) for path, content in files.items()}
    assert next(iter(listed)) == CONTENTS


@pytest.mark.clause("H-35", "H-35(1)")
def test_the_contents_follow_the_article_and_name_what_is_not_there():
    text = entries()[CONTENTS].decode()
    order = [text.index(f"第三十五条（{number}）") for number in "一二三四"]
    assert order == sorted(order)
    assert "  1. 审批表\n     审批表/d1.txt\n" in text
    assert "  7. 发布记录\n     没有：没有登记发布记录\n" in text
    assert "     舆情事件/1/报告/一.docx\n     注意：惠舆情报〔2026〕3号的文件读不到\n" in text
    assert "不在本包：会议材料、照片和影像资料" in text
    assert "2026-04-10 20:00:00（北京时间）　归档人：档案丁" in text


def test_two_pieces_of_one_name_are_a_mistake_and_not_a_package():
    with pytest.raises(ValueError, match="called"):
        pack(replace(PACKAGE, pieces=[*PACKAGE.pieces, Piece("flags", MANIFEST, b"")]), SECTIONS)


def test_an_untouched_package_is_as_it_was_put_away():
    assert found(PACKED.content) == []


@given(st.integers(0, len(PACKED.content) - 1), st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_found(place: int, bit: int):
    changed = bytearray(PACKED.content)
    changed[place] ^= 1 << bit
    assert found(bytes(changed))


def test_a_flipped_bit_is_found_in_the_file_that_it_is_in():
    place = PACKED.content.index("全文一".encode())
    changed = bytearray(PACKED.content)
    changed[place] ^= 1
    assert found(bytes(changed)) == ["公开事项/第1版.txt：已损坏"]


def without(name: str) -> dict[str, bytes]:
    return {path: content for path, content in entries().items() if path != name}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: without("审批表/d1.txt"), ["审批表/d1.txt：缺失"]),
        (lambda: entries() | {"加.txt": b""}, ["加.txt：清单里没有，是后加的"]),
        (lambda: entries() | {"审批表/d1.txt": "别的表".encode()}, ["审批表/d1.txt：内容被改动过"]),
        (lambda: entries() | {CONTENTS: b"x"}, [f"{CONTENTS}：内容被改动过"]),
        (lambda: without(MANIFEST), [f"{MANIFEST}：缺失，无法逐个核对文件"]),
        (lambda: without("审批表/d1.txt") | {"加.txt": b""}, ["审批表/d1.txt：缺失", "加.txt：清单里没有，是后加的"]),
        (entries, ["压缩包本身被改动过（里面各文件的内容与清单一致）"]),
    ],
)
def test_every_missing_added_or_changed_file_is_named(made: Callable[[], Mapping[str, bytes]], said: list[str]):
    assert found(zipped(made())) == said


def test_a_change_that_is_carried_into_the_manifest_is_found_too():
    files = entries() | {"审批表/d1.txt": "别的表".encode()}
    manifest = json.loads(files[MANIFEST])
    for one in manifest["files"]:
        one |= {"size": len(files[one["path"]]), "sha256": sha256(files[one["path"]])}
    changed = zipped(files | {MANIFEST: json.dumps(manifest).encode()})
    assert found(changed) == [f"{MANIFEST}：被改动过，无法逐个核对文件"]


@pytest.mark.parametrize("content", [b"", b"no zip", PACKED.content[:-30]])
def test_what_is_no_package_at_all_is_said_to_be_none(content: bytes):
    assert found(content) == ["不是完整的归档包，打不开"]
