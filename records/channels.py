"""What people call the channels of alerts."""

from __future__ import annotations

_NAMES = {
    "page": "站内消息",
    "email": "邮件",
    "sms": "短信",
    "wecom": "企业微信",
    "dingtalk": "钉钉",
    "feishu": "飞书",
    "webhook": "网址推送",
}


def channel_name(channel: str) -> str:
    """What people read for an alert channel; its own name where it has none here."""
    return _NAMES.get(channel, channel)
