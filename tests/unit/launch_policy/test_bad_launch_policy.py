"""Mistakes in launch_policy.json: one message that names file, line and fix, the exit code, and no traceback."""

from __future__ import annotations

import json

import pytest

from generators.launch_policy import lint
from generators.release import load
from tests.support.unexpected_values import UNEXPECTED, places, replaced

POLICY = "products/note_book/launch_policy.json"

# the author's edit: (file, old text, new text, message); LINE is the line of the new text
MISTAKES = {
    "an unknown action of the launch role": (
        POLICY,
        '"cloudformation:CreateStack"',
        '"cloudformation:CreateStak"',
        f"{POLICY}:LINE: unknown action 'cloudformation:CreateStak'; did you mean 'createstack'?",
    ),
    "an unknown service of the launch role": (
        POLICY,
        '"s3:GetObject"',
        '"sqss:GetObject"',
        f"{POLICY}:LINE: unknown service 'sqss' in 'sqss:GetObject'; did you mean 'sqs'?",
    ),
    "an unknown condition key of the launch role": (
        POLICY,
        "s3:ExistingObjectTag/servicecatalog:provisioning",
        "s3:ExistingObjektTag/servicecatalog:provisioning",
        f"{POLICY}:LINE: unknown condition key 's3:ExistingObjektTag/servicecatalog:provisioning'; ",
    ),
    "an unknown condition operator of the launch role": (
        POLICY,
        '"StringEquals"',
        '"StringEqual"',
        f"{POLICY}:LINE: unknown condition operator StringEqual; write one such as StringEquals",
    ),
    "an ARN of the launch role that names nothing": (
        POLICY,
        "arn:${partition}:cloudformation:${region}:${account_id}:stack/SC-",
        "arn:${partition}:sagemaker:${region}:${account_id}:stack/SC-",
        f"{POLICY}:LINE: 'arn:aws:sagemaker:eu-west-2:111122223333:stack/SC-111122223333-*/*' names nothing of ",
    ),
    "no ARN in the launch role": (POLICY, '"arn:${partition}:cloudformation:', '"arn:', f"{POLICY}:LINE: 'arn:eu-west"),
    "a value that Terraform does not fill in": (
        POLICY,
        "${account_id}:stack",
        "${acount_id}:stack",
        f"{POLICY}:LINE: unknown value 'acount_id'; did you mean 'account_id'?",
    ),
    "no JSON in the launch policy": (POLICY, '"Statement": [', '"Statement": [,', f"{POLICY}:3: not valid JSON: "),
    "a duplicate key in the launch policy": (
        POLICY,
        '"Version": "2012-10-17",',
        '"Version": "2012-10-17", "Version": "x",',
        f"{POLICY}:2: duplicate key 'Version'; keep one of the two",
    ),
    "an effect that IAM does not have": (
        POLICY,
        '"Effect": "Allow"',
        '"Effect": "Alow"',
        f"{POLICY}:1: every statement has an Effect, Allow or Deny; correct it",
    ),
    "a launch policy that is no JSON": (POLICY, '"Version"', "Version", f"{POLICY}:2: not valid JSON: "),
    "a launch policy without statements": (
        POLICY,
        '"Statement"',
        '"Statements"',
        f"{POLICY}:1: is no IAM policy; write an object with Version and a list Statement",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_launch_policy_is_one_message_with_file_line_and_fix(repository, mistake):
    repository.refuses(*MISTAKES[mistake])


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["diff", "note-book"],
        ["evidence"],
        ["plan"],
        ["publish"],
        ["retire", "note-book", "1.0.0"],
        ["verify"],
    ],
    ids=lambda command: command[0],
)
def test_a_command_refuses_an_invalid_launch_policy_before_it_asks_aws(repository, command):
    assert repository.catalog("render").returncode == 0
    repository.edit(POLICY, '"s3:GetObject"', '"sqss:GetObject"')
    result = repository.catalog(*command)

    assert result.returncode == 1
    assert f"{POLICY}:{repository.line(POLICY, 'sqss')}: unknown service 'sqss' in 'sqss:GetObject'" in result.stderr


def test_a_product_with_an_invalid_launch_policy_can_be_loaded(repository):
    repository.edit(POLICY, '"s3:GetObject"', '"sqss:GetObject"')

    assert [product.name for product in load.products(repository.root)] == ["note-book"]


def test_no_shape_of_a_value_raises(repository):
    product = load.product(repository.root, "note-book")
    policy = json.loads(repository.path(POLICY).read_text(encoding="utf-8"))
    for path in places(policy):
        for value in UNEXPECTED:
            repository.write(POLICY, json.dumps(replaced(policy, path, value), indent=2))
            assert all(problem.startswith(f"{POLICY}:") for problem in lint.problems(product))
