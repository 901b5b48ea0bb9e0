"""The sub-commands of `huiying`: one a file, each with a click command named `command`."""
