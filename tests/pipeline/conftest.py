"""The stores of tests/storage, here too."""

from tests.storage.conftest import migrated_database, migrated_file, store

__all__ = ["migrated_database", "migrated_file", "store"]
