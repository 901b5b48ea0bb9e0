"""A small fictional town on the loopback: an official site, a forum, a news site and a comment service."""

BANNER = "示例数据 · 青槐县是虚构的，站点、单位、人物和言论均为演示而写"
"""What every page of the town, and a desk that reads it, must say."""
