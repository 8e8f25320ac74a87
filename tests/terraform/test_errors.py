"""What Terraform printed becomes one line for each error: the file, the line, what and why."""

from pathlib import Path

import pytest

from scripts.vend import errors

REPOSITORY = Path("/repository")
MODULE = REPOSITORY / "terraform" / "live" / "spoke"
PRECONDITION = """
Error: Resource precondition failed

  on ../../modules/contract/main.tf line 17, in resource "aws_ssm_parameter" "this":
  17:       condition     = length(local.missing) == 0
    ├────────────────
    │ local.missing is set of string with 1 element

contracts.yaml: scope hub has no value for team; give one in
values.
"""
TOLD = (
    "terraform/modules/contract/main.tf:17: Resource precondition failed: "
    "contracts.yaml: scope hub has no value for team; give one in values."
)
LOCKED = """
Error: Error acquiring the state lock

Error message: PreconditionFailed
Lock Info:
  ID:        5f2c
  Who:       somebody@machine
"""
CASES = {
    "a precondition names its file": (PRECONDITION, [TOLD]),
    "the same error of many resources is told once": (PRECONDITION * 3, [TOLD]),
    "an error without a place is told whole": (
        LOCKED,
        ["Error acquiring the state lock: Error message: PreconditionFailed Lock Info: ID: 5f2c Who: somebody@machine"],
    ),
    "a warning is no error": ("Warning: Deprecated\n\nUse another.\n" + PRECONDITION, [TOLD]),
    "lines of Windows are lines": (PRECONDITION.replace("\n", "\r\n"), [TOLD]),
    "words that are no error are told as they are": ("Killed\n", ["Killed"]),
    "silence is told": ("", ["it ended without a word"]),
}


@pytest.mark.parametrize("case", CASES)
def test_every_error_is_one_line(case):
    output, told = CASES[case]
    assert errors.lines(output, MODULE, REPOSITORY) == told


def test_five_errors_are_enough():
    assert len(errors.lines("".join(f"Error: number {n}\n\nwhy\n\n" for n in range(9)), MODULE, REPOSITORY)) == 5
