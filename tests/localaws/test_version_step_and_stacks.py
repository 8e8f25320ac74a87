"""The version step beside the embedded CloudFormation: whatever a stack update replaces or refuses is a MAJOR step.

The reverse does not hold: a step is also MAJOR for lost data, security and conditional replacement.
"""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generators.check.compatibility.version_step import version_step
from generators.release.version import Bump
from localaws.conftest import Aws
from tests.localaws.stacks import Stacks, parameter
from tests.localaws.template_pairs import TemplatePair, template_pairs

pytestmark = pytest.mark.local_only
BATCHES, PAIRS_PER_BATCH = 100, 20
IN_PLACE, NOTHING, REFUSED, REPLACED = "in place", "nothing", "refused", "replaced"


@pytest.fixture
def stacks(aws: Aws) -> Stacks:
    return Stacks(aws("cloudformation"))


def merged(templates: list[dict[str, Any]]) -> dict[str, Any]:
    """One template with the sections of all."""
    result: dict[str, Any] = {}
    for template in templates:
        for section, entries in template.items():
            result[section] = result.get(section, {}) | entries
    return result


def outcomes(stacks: Stacks, pairs: list[TemplatePair]) -> list[str]:
    """What an update of a stack from all older templates to all newer ones does with each pair's resources."""
    named = [pair.unique(f"{uuid.uuid4().hex[:8]}x{index}") for index, pair in enumerate(pairs)]
    old, new = merged([pair.old for pair in named]), merged([pair.new for pair in named])
    stack = stacks.create(old)
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    before = stacks.physical_ids(stack)
    status = _updated(stacks, stack, old, new)
    after = stacks.physical_ids(stack)
    stacks.client.delete_stack(StackName=stack["StackId"])
    if status == NOTHING:
        return [NOTHING] * len(pairs)
    if status != "UPDATE_COMPLETE":
        return [REFUSED] if len(pairs) == 1 else _outcomes_of_halves(stacks, pairs)
    return [_outcome(pair, before, after) for pair in named]


def _updated(stacks: Stacks, stack: Any, old: dict[str, Any], new: dict[str, Any]) -> str:
    """The status of the stack after an update that keeps the values of the parameters, as an upgrade does."""
    try:
        common = [name for name in old.get("Parameters", {}) if name in new.get("Parameters", {})]
        previous = [{"ParameterKey": name, "UsePreviousValue": True} for name in common]
        return str(stacks.update(stack, new, Parameters=previous)["StackStatus"])
    except ClientError as error:
        return NOTHING if "No updates are to be performed" in str(error) else REFUSED


def _outcomes_of_halves(stacks: Stacks, pairs: list[TemplatePair]) -> list[str]:
    """One resource that cannot be updated rolls back the whole stack: look for it in two smaller ones."""
    middle = len(pairs) // 2
    return outcomes(stacks, pairs[:middle]) + outcomes(stacks, pairs[middle:])


def _outcome(pair: TemplatePair, before: dict[str, str], after: dict[str, str]) -> str:
    names = pair.old["Resources"]
    return REPLACED if any(before[name] != after.get(name) for name in names) else IN_PLACE


@pytest.mark.slow
def test_what_an_update_replaces_or_refuses_is_a_major_step(stacks: Stacks) -> None:
    counts: Counter[tuple[str, str]] = Counter()

    @settings(
        max_examples=BATCHES,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(template_pairs(), min_size=PAIRS_PER_BATCH, max_size=PAIRS_PER_BATCH))
    def compare(pairs: list[TemplatePair]) -> None:
        for pair, outcome in zip(pairs, outcomes(stacks, pairs), strict=True):
            step = version_step(pair.old, pair.new)
            counts[outcome, step.bump.name] += 1
            if outcome in (REFUSED, REPLACED):
                assert step.bump is Bump.MAJOR, (outcome, pair, step)

    compare()
    of_outcome = {name: sum(counts[name, bump.name] for bump in Bump) for name in (IN_PLACE, REFUSED, REPLACED)}
    assert counts.total() >= BATCHES * PAIRS_PER_BATCH
    assert min(of_outcome.values()) >= 10, counts
    assert counts[IN_PLACE, "PATCH"] > 100, counts  # a step that is always MAJOR proves nothing


LOG_GROUP = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "group-#"}}
ROLE_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "role-#", "AssumeRolePolicyDocument": ROLE_TRUST}}
NUMBER = {"Type": "String", "Default": "", "MinLength": 1}
TITLE = parameter({"Fn::FindInMap": ["Titles", {"Ref": "Stage"}, "title"]})
STAGE = {"Stage": {"Type": "String", "Default": "live"}}
REFUSALS: dict[str, TemplatePair] = {
    "another type": TemplatePair(
        {"Resources": {"R": parameter()}}, {"Resources": {"R": {"Type": "AWS::SNS::Topic", "Properties": {}}}}
    ),
    "the name of a log group moves": TemplatePair({"Resources": {"A": LOG_GROUP}}, {"Resources": {"B": LOG_GROUP}}),
    "the name of a role moves": TemplatePair({"Resources": {"A": ROLE}}, {"Resources": {"B": ROLE}}),
    "the name of a parameter moves": TemplatePair(
        {"Resources": {"A": parameter(Name="/name/#")}}, {"Resources": {"B": parameter(Name="/name/#")}}
    ),
    "a new parameter refuses its default": TemplatePair(
        {"Resources": {"R": parameter("a")}}, {"Parameters": {"N": NUMBER}, "Resources": {"R": parameter("b")}}
    ),
    "a map loses the row that is used": TemplatePair(
        {"Parameters": STAGE, "Mappings": {"Titles": {"live": {"title": "a"}}}, "Resources": {"R": TITLE}},
        {"Parameters": STAGE, "Mappings": {"Titles": {"test": {"title": "a"}}}, "Resources": {"R": TITLE}},
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_an_upgrade_that_the_stack_cannot_make_is_a_major_step(stacks: Stacks, case: str) -> None:
    pair = REFUSALS[case]

    assert outcomes(stacks, [pair])[0] in (REFUSED, REPLACED)
    assert version_step(pair.old, pair.new).bump is Bump.MAJOR
