"""`python -m huiying`: the installed command."""

from __future__ import annotations

from huiying.cli import main

if __name__ == "__main__":
    main()
