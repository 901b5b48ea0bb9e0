"""Reports: drafting and rendering."""
