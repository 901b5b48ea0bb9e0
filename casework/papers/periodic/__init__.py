"""Papers of a day, week, month or year, drafted from its figures."""
