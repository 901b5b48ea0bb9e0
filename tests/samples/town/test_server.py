"""The town on the wire."""

import re
import shutil
import socket
from pathlib import Path

import pytest

from samples.town import BANNER
from samples.town.pages.answers import FORBIDDEN_TEXT
from samples.town.reading import SITES, TEXTS, Texts, read_texts
from samples.town.server import Town
from tests.samples.town.conftest import EPOCH, Visitor

FORBIDDEN = {
    "official": "/neibu/s06.html",
    "forum": "/space/anyone.html",
    "news": "/caogao/1.html",
    "comments": "/api/users/1",
}


def everything(visitor: Visitor) -> str:
    """All that a visitor who follows every link may read, robots.txt obeyed, as one text."""
    read = []
    for site in SITES:
        waiting, known = ["/", *{"comments": ["/api/comments?page=1"], "news": ["/rss.xml"]}.get(site, [])], set()
        while waiting:
            path = waiting.pop()
            if path in known or path.startswith(("/neibu/", "/space/", "/caogao/")):
                continue
            known.add(path)
            page = visitor.text(site, path)
            read.append(page)
            waiting += re.findall(r'href="(/[^"#]*)', page)
    return "\n".join(read)


@pytest.mark.parametrize("site", SITES)
def test_each_site_says_on_its_home_page_that_it_is_a_sample(visitor: Visitor, site: str) -> None:
    assert BANNER in visitor.text(site, "/")


@pytest.mark.parametrize("site", SITES)
def test_each_site_has_a_robots_txt_that_forbids_a_page_which_is_there(visitor: Visitor, site: str) -> None:
    rules = re.findall(r"^Disallow: (\S+)$", visitor.text(site, "/robots.txt"), re.MULTILINE)
    assert any(FORBIDDEN[site].startswith(rule) for rule in rules)
    assert FORBIDDEN_TEXT in visitor.text(site, FORBIDDEN[site])


def test_what_robots_txt_forbids_stands_nowhere_else(visitor: Visitor) -> None:
    assert FORBIDDEN_TEXT not in everything(visitor.after(240))


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("path", ["/nothing.html", "/a/f01.html", "/thread-n01-1.html", "/../etc/passwd"])
def test_a_page_that_is_not_there_answers_404(visitor: Visitor, site: str, path: str) -> None:
    assert visitor.get(site, path)[0] == 404


def test_at_the_end_everything_that_was_written_can_be_read(visitor: Visitor, texts: Texts) -> None:
    read = re.sub(r"<[^>]+>|\s", "", everything(visitor.after(240)))
    api = "".join(visitor.text("comments", f"/api/comments?page={page}") for page in range(1, 9))
    missing = [
        item.id
        for item in texts.items
        if re.sub(r"\s", "", item.text) not in read and item.text not in api and item.kind != "article"
    ]
    assert missing == []


def test_nothing_of_the_future_stands_on_any_page(visitor: Visitor, texts: Texts) -> None:
    for now in (0.0, 45.9, 100.0):
        read = re.sub(r"<[^>]+>|\s", "", everything(visitor.after(now)))
        early = [item.id for item in texts.items if item.at > now and re.sub(r"\s", "", item.text) in read]
        assert early == [], now


def test_a_post_appears_at_its_moment_and_not_before(visitor: Visitor) -> None:
    assert visitor.after(45.999).get("forum", "/thread-f21-1.html")[0] == 404
    assert visitor.after(46).get("forum", "/thread-f21-1.html")[0] == 200


def test_a_slower_town_takes_longer(texts: Texts) -> None:
    slow = Visitor(texts, minutes=8)
    try:
        assert slow.after(91).get("forum", "/thread-f21-1.html")[0] == 404
        assert slow.after(92).get("forum", "/thread-f21-1.html")[0] == 200
        assert slow.after(0).get("forum", "/thread-f12-1.html")[0] == 200
    finally:
        slow.town.stop()


def test_an_unchanged_page_costs_a_visitor_nothing(visitor: Visitor) -> None:
    _, headers, _ = visitor.get("news", "/a/n01.html")
    status, _, body = visitor.get("news", "/a/n01.html", **{"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")


def test_other_texts_give_other_pages(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    forum = (folder / "forum.yaml").read_text(encoding="utf-8")
    (folder / "forum.yaml").write_text(forum.replace("东堤路水管爆了！！！", "东堤路水管好好的"), encoding="utf-8")
    changed = Visitor(read_texts(folder))
    try:
        page = changed.after(60).text("forum", "/thread-f21-1.html")
    finally:
        changed.town.stop()
    assert "东堤路水管好好的" in page
    assert "东堤路水管爆了！！！" not in page


def test_a_taken_port_is_an_error_that_leaves_none_open(visitor: Visitor, texts: Texts) -> None:
    ports = {**dict.fromkeys(SITES, 0), "comments": visitor.town.ports["comments"]}
    town = Town(texts, visitor.town.pace, EPOCH, ports, lambda: EPOCH)
    with pytest.raises(OSError, match="in use"):
        town.start()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", town.ports["official"]), timeout=5)
