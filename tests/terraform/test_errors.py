"""Terraform's output is reduced to one line for each error: file, line, problem and reason."""

from pathlib import Path

import pytest

from scripts.vend import terraform_errors

REPOSITORY = Path("/repository")
MODULE = REPOSITORY / "terraform" / "live" / "spoke"
PRECONDITION = """
Error: Resource precondition failed

  on ../../modules/ssm_parameters/main.tf line 17, in resource "aws_ssm_parameter" "this":
  17:       condition     = length(local.missing) == 0
    ├────────────────
    │ local.missing is set of string with 1 element

contracts.yaml: scope hub has no value for team; give one in
values.
"""
SENTENCE = (
    "terraform/modules/ssm_parameters/main.tf:17: Resource precondition failed: "
    "contracts.yaml: scope hub has no value for team; give one in values."
)
LOCKED = """
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error
StatusCode: 412, api error PreconditionFailed
Lock Info:
  ID:        5f2c
  Path:      states/spoke/fraud-development/terraform.tfstate
  Operation: OperationTypeApply
  Who:       somebody@machine
  Version:   1.11.4
  Created:   2026-11-23 16:01:02.003 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.
"""
LOCK_SENTENCE = (
    "state states/spoke/fraud-development/terraform.tfstate: somebody@machine works on it since "
    "2026-11-23 16:01:02.003 +0000 UTC (OperationTypeApply); wait until that run ends, then run this again; "
    "if it has died, delete s3://states/spoke/fraud-development/terraform.tfstate.tflock first"
)
UNPLACED = """
Error: No valid credential sources found

Please see the provider's documentation.
"""
CASES = {
    "a precondition names its file": (PRECONDITION, [SENTENCE]),
    "the same error of many resources is told once": (PRECONDITION * 3, [SENTENCE]),
    "an error without a place is told whole": (
        UNPLACED,
        ["No valid credential sources found: Please see the provider's documentation."],
    ),
    "a lock names who holds it, since when, and the way out": (LOCKED, [LOCK_SENTENCE]),
    "a warning is no error": ("Warning: Deprecated\n\nUse another.\n" + PRECONDITION, [SENTENCE]),
    "lines of Windows are lines": (PRECONDITION.replace("\n", "\r\n"), [SENTENCE]),
    "words that are no error are told as they are": ("Killed\n", ["Killed"]),
    "silence is told": ("", ["it ended without a word"]),
}


@pytest.mark.parametrize("case", CASES)
def test_every_error_is_one_line(case):
    output, sentences = CASES[case]
    assert terraform_errors.lines(output, MODULE, REPOSITORY) == sentences


def test_five_errors_are_enough():
    assert (
        len(terraform_errors.lines("".join(f"Error: number {n}\n\nwhy\n\n" for n in range(9)), MODULE, REPOSITORY)) == 5
    )
