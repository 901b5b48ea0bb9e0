"""What the desk's own readers make of the town's pages."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from urllib.parse import urlsplit

import pytest
import yaml

from crawlers.encoding import decoded
from crawlers.reading import Follow, Item, Page
from crawlers.sources import Source, sources_from
from samples.town.reading import Texts
from samples.town.sources import sources_text
from tests.samples.town.conftest import Visitor


def crawled(visitor: Visitor) -> Iterator[tuple[Source, Item]]:
    """All that the town's sources give, each page read once."""
    sites = {port: site for site, port in visitor.town.ports.items()}
    for source in sources_from(yaml.safe_load(sources_text(visitor.town.ports)), "sources.yaml"):
        read = import_module(f"crawlers.spiders.{source.kind}").read
        waiting, known = [Follow(source.url, "start")], set()
        while waiting:
            follow = waiting.pop()
            parts = urlsplit(follow.url)
            if follow.url in known or parts.path.startswith("/neibu/"):
                continue
            known.add(follow.url)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            status, headers, body = visitor.get(sites[parts.port or 0], target)
            assert status == 200, follow.url
            page = Page(follow.url, decoded(body, headers["Content-Type"]).text, visitor.now)
            reading = read(page, follow.step, follow.memo, source.id, source.options)
            assert not reading.dropped, (follow.url, reading.dropped)
            yield from ((source, item) for item in reading.items)
            waiting += reading.follows


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("seconds", [0, 240])
def test_every_text_that_has_appeared_is_read_once_and_nothing_else(
    visitor: Visitor, texts: Texts, seconds: float
) -> None:
    read = Counter(bare(item.text) for _, item in crawled(visitor.after(seconds)))
    assert read == Counter(bare(item.text) for item in texts.items if item.at <= seconds)


def test_each_comes_on_its_channel_at_its_time_with_its_reactions(visitor: Visitor, texts: Texts) -> None:
    read = {bare(item.text): (source, item) for source, item in crawled(visitor.after(3600))}
    for said in texts.items:
        source, item = read[bare(said.text)]
        assert source.channel == said.channel
        published = visitor.town.pace.when(said)
        assert abs((item.published_at - published).total_seconds()) <= 3600, said.id
        assert said.kind == "notice" or item.reactions.likes == said.likes, said.id
        assert said.kind != "word" or item.reactions.reposts == said.reposts, said.id


def test_replies_and_comments_answer_what_stands_above_them(visitor: Visitor, texts: Texts) -> None:
    read = [item for _, item in crawled(visitor.after(240))]
    heads = sum(said.kind in ("thread", "article", "notice") for said in texts.items) + len(texts.topics)
    assert sum(item.reply_to is None for item in read) == heads


def test_no_nickname_and_no_place_is_in_what_was_read(visitor: Visitor, texts: Texts) -> None:
    for _, item in crawled(visitor.after(240)):
        told = f"{item.key} {item.url} {item.title} {item.text}"
        assert not any(place in told for place in texts.places)
        assert not any(name in told and f"@{name}" not in told for name in texts.nicknames)
