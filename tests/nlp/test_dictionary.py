"""What an office keeps of its district's words is read line by line, and tells places, projects and other districts."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.dictionary import NOTHING, Dictionary, Entry, Kind, read_dictionary
from nlp.judge import Judge
from nlp.model import load_model
from nlp.places import Places
from tests.nlp.making import post, record

ROADS = record(
    "road",
    "望溪大道快速化改造工程实施方案",
    "对望溪大道全线实施快速化改造，工期十八个月，施工期间分段围挡。",
    doc_number="望溪住建〔2026〕6号",
)
KEPT = "# 注\n\n地名：望溪区、望溪\n项目: 望溪大道快速化改造，大道高架\t飞龙桥\n外地：石鼓区、石鼓\n"


def _read(tmp_path: Path, text: str) -> tuple[Dictionary, list[str]]:
    file = tmp_path / "words.txt"
    file.write_text(text, encoding="utf-8")
    return read_dictionary(file)


def test_every_line_gives_one_thing_with_its_names(tmp_path: Path) -> None:
    assert _read(tmp_path, KEPT) == (
        Dictionary(
            (
                Entry(Kind.PLACE, ("望溪区", "望溪")),
                Entry(Kind.PROJECT, ("望溪大道快速化改造", "大道高架", "飞龙桥")),
                Entry(Kind.ELSEWHERE, ("石鼓区", "石鼓")),
            )
        ),
        [],
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("望溪区", "应写作"),
        ("村庄：石桥", "种类只能是"),
        ("地名：", "没有名称"),
        ("地名：桥", "2 到 20 个"),
        ("地名：石 桥", "2 到 20 个"),
        ("外地：望溪", "已列为地名"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_the_others_are_used(tmp_path: Path, line: str, reason: str) -> None:
    dictionary, faults = _read(tmp_path, f"地名：望溪\n{line}\n单位：住建局\n")
    assert [entry.names for entry in dictionary.entries] == [("望溪",), ("住建局",)]
    assert len(faults) == 1
    assert "第 2 行" in faults[0]
    assert reason in faults[0]


def test_a_file_that_is_missing_or_no_text_is_said_and_not_used(tmp_path: Path) -> None:
    assert read_dictionary(None) == (NOTHING, [])
    assert read_dictionary(tmp_path / "none.txt")[1] == ["地方词典 none.txt 不能读取：没有这个文件，或没有权限"]
    (tmp_path / "gbk.txt").write_bytes("地名：望溪".encode("gbk"))
    assert "UTF-8" in read_dictionary(tmp_path / "gbk.txt")[1][0]


def test_another_district_is_known_without_its_rank_and_a_place_of_one_s_own_is_none(tmp_path: Path) -> None:
    dictionary, _ = _read(tmp_path, "外地：石鼓\n地名：岚桥\n")
    plain, knowing = Places([ROADS]), Places([ROADS], dictionary)
    assert not plain.heard("石鼓今年修得快").elsewhere
    assert knowing.heard("石鼓今年修得快").elsewhere
    assert plain.heard("岚桥那边堵车").elsewhere
    assert not knowing.heard("岚桥那边堵车").elsewhere


def test_a_record_is_met_by_what_people_call_its_project(tmp_path: Path) -> None:
    dictionary, _ = _read(tmp_path, "项目：望溪大道快速化改造、飞龙高架\n")
    asked = post("飞龙高架到底什么时候修完，天天堵，噪音还大")
    links = []
    for kept in (NOTHING, dictionary):
        judge = Judge(load_model(), kept)
        judge.watch([ROADS])
        links.append(judge.assess([asked], {})[0].link)
    assert links[1] > links[0]
