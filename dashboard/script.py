"""What Streamlit runs for every visit: finds out who is there and draws the page that they asked for."""

from __future__ import annotations

from dashboard.shell import run

run()
