"""The stores of tests/storage, here too."""

from tests.storage.conftest import migrated_file, store

__all__ = ["migrated_file", "store"]
