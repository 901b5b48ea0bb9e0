"""Programs that nobody here wrote, started for tests from their packages."""
