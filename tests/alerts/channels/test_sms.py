"""Text messages go through whatever gateway the settings describe, are short, and count only when it says yes."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from alerts.channels.sms import Options, Sms, opened, short_text
from alerts.delivery import DeliveryFailed, Means
from tests.alerts.vendor import AT, SECONDS, Vendor, outgoing

FIELDS = {"mobile": "{phone}", "content": "{text}", "account": "qwb", "password": "{secret}", "extno": "{number}"}
PHONE = {"address": "13800138000"}


def channel(vendor: Vendor, **more: object) -> Sms:
    given = {
        "url": f"{vendor.url}/sms",
        "fields": FIELDS,
        "accepted_field": "data.code",
        "accepted_values": ["0", "true"],
    }
    return opened(
        Options.model_validate(given | more), {"secret": "geheim"}, Means(8 * SECONDS, lambda: AT, vendor.private_hosts)
    )


def test_a_message_is_one_line_that_keeps_its_link(vendor: Vendor):
    vendor.say({"data": {"code": 0}})
    channel(vendor).send(outgoing(**PHONE))
    (got,) = vendor.got
    assert got.row == {
        "mobile": "13800138000",
        "account": "qwb",
        "password": "geheim",
        "extno": "abababab",
        "content": "【回应台】首报还剩30分钟：“供热方案”相关舆情：责任单位：住建局；最迟4月10日 09:40（北京时间）报送。"
        " http://127.0.0.1:8501/incident?id=20260410-001",
    }


def test_lines_that_end_in_a_full_stop_are_joined_by_one_mark():
    assert "没有人签收；请签收。 http" in short_text(outgoing(body="没有人签收。\n请签收。"), "", 300)


def test_a_long_message_is_cut_before_its_link(vendor: Vendor):
    said = short_text(outgoing(body="水" * 900), "", 100)
    assert len(said) == 100
    assert said.endswith("水… http://127.0.0.1:8501/incident?id=20260410-001")
    assert short_text(outgoing(body="水" * 900, link=None), "", 70).endswith("水… 编号abababab")


def test_a_gateway_may_want_a_form(vendor: Vendor):
    vendor.say({"data": {"code": True}})
    channel(vendor, form="form").send(outgoing(title="a&b=c", **PHONE))
    (got,) = vendor.got
    read = parse_qs(got.body.decode())
    assert read["mobile"] == ["13800138000"]
    assert read["content"][0].startswith("【回应台】a&b=c：")


@pytest.mark.parametrize(
    ("row", "maybe"),
    [({"data": {"code": 109}}, False), ({"data": {}}, True), ({"code": 0}, True), ({"data": [0]}, True), ([], True)],
)
def test_only_the_gateways_own_yes_counts(vendor: Vendor, row: object, maybe: bool):
    vendor.say(row)
    with pytest.raises(DeliveryFailed) as caught:
        channel(vendor).send(outgoing(**PHONE))
    assert caught.value.maybe_delivered == maybe
    assert "geheim" not in str(caught.value)
    assert "13800138000" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"to": "{phone}"}, "{phone} 和 {text}"),
        ({"to": "{phone}", "text": "{body}"}, "{body}"),
        ({"to": "{phone}", "text": "{text"}, "括号"),
        ({"to": "{phone}", "text": "{0}{text}"}, "{0}"),
        ({"to": "{phone.__class__}", "text": "{text}"}, "{phone.__class__}"),
    ],
)
def test_fields_that_cannot_work_are_refused_before_anything_is_sent(vendor: Vendor, fields: dict[str, str], said: str):
    with pytest.raises(ValueError, match="fields") as caught:
        channel(vendor, fields=fields)
    assert said in str(caught.value)


def test_a_password_that_is_used_must_be_there(vendor: Vendor):
    options = Options(url=vendor.url, fields=FIELDS, accepted_field="code", accepted_values=("0",))
    with pytest.raises(ValueError, match="没有密码"):
        opened(options, {"secret": None}, Means(8 * SECONDS, lambda: AT))


def test_settings_that_are_not_known_are_refused():
    with pytest.raises(ValidationError):
        Options.model_validate(
            {"url": "x", "fields": {}, "accepted_field": "a", "accepted_values": ["0"], "sender": "y"}
        )
