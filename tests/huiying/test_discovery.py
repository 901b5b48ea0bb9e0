"""A file in a folder is a plug-in, under its own name."""

from __future__ import annotations

import pytest

import alerts.channels
import huiying.commands
from huiying.discovery import module, names


def test_the_names_are_those_of_the_files():
    assert {"email", "page"} <= set(names(alerts.channels))
    assert "up" in names(huiying.commands)


def test_a_name_without_a_file_is_an_error():
    with pytest.raises(KeyError):
        module(alerts.channels, "telegraph")
    with pytest.raises(KeyError):
        module(alerts.channels, "__init__")
