"""Pages: show what storage returns, call pipeline steps."""
