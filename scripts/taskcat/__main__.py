"""`make taskcat PRODUCT=...`: launch a product's template in every parameter set of its .taskcat.yml, then delete it.

A product that reads another product's contract needs that product running: it is launched first, through taskcat too.
On the embedded AWS the account of the first team is laid down when it is missing; on a real account (TARGET=aws) the
caller's credentials and account are used as they are.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from scripts.taskcat.account import use
from scripts.taskcat.order import with_prerequisites

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Launch the named products; 0 when every stack was created and deleted."""
    if len(sys.argv) != 2:
        sys.stderr.write("taskcat: name one product or `all`: make taskcat PRODUCT=studio-environment\n")
        return 1
    names = with_prerequisites(ROOT, sys.argv[1])
    if not names:
        sys.stderr.write(f"taskcat: there is no product {sys.argv[1]!r} under products/; `ls products` shows them\n")
        return 1
    use(os.environ.get("TARGET", "local"))
    return _launch(names)


def _launch(names: tuple[str, ...]) -> int:
    from taskcat.exceptions import TaskCatException
    from taskcat.testing import CFNTest

    try:
        with ExitStack() as running:
            for name in names:
                folder = ROOT / "products" / name.replace("-", "_")
                test = CFNTest.from_file(project_root=str(folder), input_file=str(folder / ".taskcat.yml"))
                test.lint_disable, test.dont_wait_for_delete = True, False
                running.enter_context(test)
                sys.stdout.write(f"taskcat: {name} launched\n")
    except TaskCatException as problem:
        sys.stderr.write(f"taskcat: {problem}; the stack events above name the resource and the reason\n")
        return 2
    sys.stdout.write(f"taskcat: {', '.join(names)} created and deleted\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
