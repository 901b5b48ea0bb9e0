"""Messages to a robot of WeCom: in pieces where they are long, and never counted as sent against the answer's own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alerts.channels.wecom import MOST_BYTES, Options, WeCom, opened
from alerts.delivery import DeliveryFailed, Means
from tests.alerts.vendor import AT, SECONDS, Vendor, outgoing

RobotFile = Callable[..., Path]


def channel(vendor: Vendor, robots: Path) -> WeCom:
    means = Means(8 * SECONDS, lambda: AT, vendor.private_hosts)
    return opened(Options(robots_dir=robots, base_url=vendor.url), {}, means)


def failure(sender: WeCom, **more: object) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        sender.send(outgoing(**more))
    return caught.value


def test_a_message_is_one_text_of_heading_body_link_and_number(vendor: Vendor, robot_file: RobotFile):
    channel(vendor, robot_file("值班群", "693axxx6-7aoc")).send(outgoing(maybe_repeated=True))
    (got,) = vendor.got
    assert (got.path, got.query) == ("/cgi-bin/webhook/send", {"key": "693axxx6-7aoc"})
    assert got.row["msgtype"] == "text"
    assert got.row["text"]["content"].splitlines() == [
        "【回应台】〔可能重复 · 编号 abababab〕首报还剩30分钟：“供热方案”相关舆情",
        "〔可能重复 · 编号 abababab〕责任单位：住建局",
        "最迟4月10日 09:40（北京时间）报送。",
        "查看：http://127.0.0.1:8501/incident?id=20260410-001",
        "编号：abababab",
    ]


def test_a_long_message_goes_in_numbered_pieces_that_the_chat_takes(vendor: Vendor, robot_file: RobotFile):
    body = "\n".join(f"第{n}条：" + "水" * 200 for n in range(9)) + "\n" + "长" * 3000
    channel(vendor, robot_file("值班群", "key")).send(outgoing(body=body))
    said = [got.row["text"]["content"] for got in vendor.got]
    assert all(len(piece.encode()) <= MOST_BYTES for piece in said)
    assert [piece[-5:] for piece in said[:2]] == [f"（1/{len(said)}）"[-5:], f"（2/{len(said)}）"[-5:]]
    whole = "".join(piece.rpartition("（")[0] for piece in said).replace("\n", "")
    assert body.replace("\n", "") in whole
    assert whole.endswith("编号：abababab")


@pytest.mark.parametrize(
    "row", [{"errcode": 45009, "errmsg": "api freq out of limit"}, {"errcode": 93000}, {"errcode": -1}]
)
def test_a_refusal_inside_http_200_is_no_delivery_and_is_tried_again(
    vendor: Vendor, robot_file: RobotFile, row: dict[str, object]
):
    vendor.say(row)
    failed = failure(channel(vendor, robot_file("值班群", "key")))
    assert (failed.permanent, failed.maybe_delivered) == (False, False)
    assert f"（{row['errcode']}）" in str(failed)


def test_a_code_that_nobody_explained_is_a_refusal_too(vendor: Vendor, robot_file: RobotFile):
    vendor.say({"errcode": 60020})
    assert "60020" in str(failure(channel(vendor, robot_file("值班群", "key"))))


@pytest.mark.parametrize("row", [{}, {"errcode": "0"}, {"errcode": None}, {"errcode": False}, {"code": 0}, [0]])
def test_an_answer_without_a_plain_yes_leaves_it_open(vendor: Vendor, robot_file: RobotFile, row: object):
    vendor.say(row)
    assert failure(channel(vendor, robot_file("值班群", "key"))).maybe_delivered


def test_a_refusal_after_the_first_piece_says_that_part_has_arrived(vendor: Vendor, robot_file: RobotFile):
    vendor.say({"errcode": 0}, {"errcode": 45009})
    failed = failure(channel(vendor, robot_file("值班群", "key")), body="水" * 3000)
    assert failed.maybe_delivered
    assert "前一部分已送达" in str(failed)


def test_a_robot_without_a_usable_file_is_named_and_nothing_is_sent(vendor: Vendor, robot_file: RobotFile):
    folder = robot_file("开放", "key", mode=0o644)
    robot_file("两行", "key", "more")
    robot_file("中文", "密钥")
    sender = channel(vendor, folder)
    for name, said in (("没有", "没有名为"), ("开放", "chmod 600"), ("两行", "一行一个"), ("中文", "一行一个")):
        failed = failure(sender, address=name)
        assert said in str(failed)
        assert (failed.permanent, failed.channel_down) == (False, False)
    assert failure(sender, address="../开放").permanent
    assert vendor.got == []
