"""`python -m benchmarks NAME …` runs one benchmark; without a name it lists them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import benchmarks
from huiying.discovery import module, names


def main(arguments: Sequence[str]) -> int:
    """Hand over to the benchmark's own `main(arguments)`; its exit code. 2 for a name that is not there."""
    if not arguments or arguments[0] in ("-h", "--help"):
        for name in names(benchmarks):
            print(f"{name:<14}{(module(benchmarks, name).__doc__ or '').strip().splitlines()[0]}")
        return 0
    try:
        found = module(benchmarks, arguments[0])
    except KeyError:
        print(f"没有名为 {arguments[0]} 的基准；不带名称运行可列出全部", file=sys.stderr)
        return 2
    code: int = found.main(list(arguments[1:]))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
