"""The plainest Scrapy spider for the large site: Scrapy's defaults, no politeness, no log: `URL CONCURRENCY`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess


class PlainSpider(scrapy.Spider):
    """Follows every list and reads title, text and time of every article."""

    name = "plain"

    def parse(self, response: Any, **_: Any) -> Iterator[Any]:
        """A list page."""
        for link in response.css("li.row a::attr(href)").getall():
            yield response.follow(link, self.parse_article)
        more = response.css("a.next::attr(href)").get()
        if more:
            yield response.follow(more, self.parse)

    def parse_article(self, response: Any) -> Iterator[dict[str, Any]]:
        """An article page."""
        yield {
            "title": response.css("h1::text").get(),
            "text": "\n".join(response.css("div.content p::text").getall()),
            "published": response.css("span.time::text").get(),
        }


def main(url: str, concurrency: int) -> None:
    """Crawl, and print how many articles were read."""
    process = AsyncCrawlerProcess(
        {
            "LOG_ENABLED": False,
            "CONCURRENT_REQUESTS": concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        }
    )
    crawler = process.create_crawler(PlainSpider)
    process.crawl(crawler, start_urls=[url])
    process.start()
    assert crawler.stats is not None
    print(crawler.stats.get_value("item_scraped_count", 0), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
