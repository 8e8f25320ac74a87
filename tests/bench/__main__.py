"""`make bench`: every benchmark in turn, each against its peer in the same run; prints ratios, PASS or FAIL."""

import importlib
import sys

BENCHMARKS = ("render", "check", "help", "publish", "enforce", "vend", "inventory", "push")


def main() -> int:
    """Run the benchmarks named on the command line, or all; 0 when each one met its bound, otherwise 2."""
    chosen = sys.argv[1:] or BENCHMARKS
    unknown = sorted(set(chosen) - set(BENCHMARKS))
    if unknown:
        sys.stderr.write(f"bench: there is no {', '.join(unknown)}; choose from {', '.join(BENCHMARKS)}\n")
        return 1
    met = [importlib.import_module(f"tests.bench.{name}").main() == 0 for name in chosen]
    return 0 if all(met) else 2


if __name__ == "__main__":
    sys.exit(main())
