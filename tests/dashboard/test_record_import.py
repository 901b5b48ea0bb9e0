"""Old records in a browser: uploaded on the ledger by whoever may, bad rows listed with their reason, other files refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>"
ROWS = f"编号,标题,公开时间,责任单位,公开范围\nold1,{HOSTILE}旧事项,2019-05-06,区住建局,面向社会\nold2,,2019-05-07,区住建局,党内\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk of its own: what is done here stays."""
    with serving_desk(tmp_path_factory.mktemp("desk"), seeding.add_people) as opened:
        yield opened


def upload(page: Page, name: str, content: bytes) -> None:
    """Choose a file and import it."""
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(page.get_by_text(name)).to_be_visible()
    page.get_by_role("button", name="导入", exact=True).click()


@pytest.mark.clause("H-34")
def test_the_office_takes_old_records_in_and_sees_which_rows_were_left_out(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD, "/ledger")
    driver.unfold(page, "导入旧台账")
    upload(page, "台账.pdf", b"%PDF")
    expect(page.get_by_text("只能导入 .jsonl、.csv 或 .xlsx 文件")).to_be_visible()
    upload(page, "台账.csv", ROWS.encode())
    outcome = page.locator(".st-key-records_outcome")
    expect(outcome).to_contain_text("新增 1 条，更正 0 条，未变 0 条，未导入 1 行")
    expect(outcome.get_by_role("row").last).to_contain_text("标题")
    expect(page.get_by_text("旧事项").first).to_be_visible()
    with desk.store.reading() as t:
        record = t.disclosures.get("old1")
        assert record is not None
        assert [row.actor for row in t.audit.about("disclosures")] == ["王芳"]
    assert record.title == f"{HOSTILE}旧事项"


def test_a_file_over_the_limit_is_refused_before_anything_of_it_is_sent(page: Page, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD, "/ledger")
    driver.unfold(page, "导入旧台账")
    expect(page.get_by_text("不超过 50 MB")).to_be_visible()
    large = tmp_path / "台账.csv"
    large.write_bytes(ROWS.encode() + b"\n" * 53_000_000)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(large)
    chip = page.get_by_test_id("stFileChip").filter(has_text="台账.csv")
    expect(chip.get_by_test_id("stFileChipIconError")).to_be_visible()
    words = "getComputedStyle(document.querySelector('[data-testid=stFileChip]'), '::after').content"
    assert "超过上面写明的大小" in page.evaluate(words)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_text("请先选择文件。")).to_be_visible()
    assert sent == []


def test_who_may_not_import_is_not_offered_it(page: Page):
    driver.sign_in(page, "lijun", PASSWORD, "/ledger")
    expect(page.get_by_text("查找（题目")).to_be_visible()
    expect(page.get_by_text("导入旧台账")).to_have_count(0)
