"""Says of a contact why nothing would reach it: its channel is not set up, or lacks the secret that it takes."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.delivery import Channel, DeliveryFailed
from records.people import Contact


def contact_fault(channels: Mapping[str, Channel], contact: Contact) -> str | None:
    """What is wrong, in Chinese; None where nothing is."""
    if contact.channel not in channels:
        return f"没有启用这个渠道，发不出去：请设置 alerts.{contact.channel}，见 docs/channels.md"
    check = getattr(channels[contact.channel], "check_contact", None)
    try:
        if check is not None:
            check(contact.address)
    except DeliveryFailed as failure:
        return str(failure)
    return None
