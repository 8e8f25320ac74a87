"""`make taskcat PRODUCT=...`: launch a product's template in every parameter set of its .taskcat.yml, then delete it.

A product that reads another product's contract needs that product running: taskcat launches that one first.
"""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3  # noqa: TID251 the session that taskcat uses

from generators.config import repository
from generators.errors import UserError
from scripts import program
from scripts.taskcat.account import use_account
from scripts.taskcat.dependencies import with_prerequisites
from scripts.taskcat.prerequisites import create_prerequisites
from scripts.taskcat.progress import StackPrinter
from scripts.terminal import print_errors, print_line

# A new bucket refuses other ACLs; taskcat's default is private, and its file cannot set another (CURSED_KNOWLEDGE.md):
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
_ACL = "bucket-owner-full-control"


def main() -> int:
    """Launch the products; 0 when every stack was created and deleted, 2 when one was not."""
    if len(sys.argv) != 2:
        print_errors(("taskcat: name one product or `all`: make taskcat PRODUCT=studio-environment",))
        return 1
    root = repository.find_root()
    tests = {name: _test(root, name) for name in with_prerequisites(root, sys.argv[1])}
    use_account(root, {test.config.config.project.s3_bucket for test in tests.values()})
    client: Any = boto3.client
    for name in tests:
        create_prerequisites(root, name, client)
    return _launch(tests)


def _test(root: Path, name: str) -> Any:
    from taskcat.testing import CFNTest  # two seconds to import

    folder = root / "products" / name.replace("-", "_")
    test = CFNTest.from_file(project_root=str(folder), input_file=str(folder / ".taskcat.yml"))
    test.config.config.project.s3_object_acl = _ACL
    test.lint_disable, test.dont_wait_for_delete = True, False  # `catalog check` is the linter
    test.printer = StackPrinter()
    return test


def _launch(tests: dict[str, Any]) -> int:
    from taskcat.exceptions import TaskCatException

    logging.getLogger("taskcat").setLevel(logging.ERROR)
    try:
        with ExitStack() as running:
            for name, test in tests.items():
                stacks = running.enter_context(test)
                _check(name, stacks)
                print_line(f"taskcat: {name}: {len(stacks)} launched")
    except (TaskCatException, UserError) as error:
        print_errors((f"taskcat: {error}",))
        return 2
    print_line(f"taskcat: {', '.join(tests)}: created and deleted")
    return 0


def _check(name: str, stacks: Any) -> None:
    """UserError with the resources that failed and their reasons; taskcat reports them only at the very end."""
    for stack in stacks:
        events = [event for event in stack.events() if event.status.endswith("_FAILED")]
        if stack.status != "CREATE_COMPLETE":
            reasons = "; ".join(f"{event.logical_id}: {event.status_reason}" for event in events)
            reasons = reasons or stack.status_reason
            raise UserError(f"{name}: the stack is {stack.status}: {reasons}; mend the template or the parameters")


if __name__ == "__main__":
    program.run("taskcat", main, "stacks that were launched may remain; run it again, or delete them")
