"""Permissions of resource handlers, on the ARNs of real resources."""

from typing import Any

import pytest

from generators.cloudformation import resource_schemas
from generators.iam import service_reference
from generators.iam.action_names import iam_action
from scripts.localaws.services.cloudformation import handler_requirements
from scripts.localaws.services.cloudformation.handler_requirements import Requirement, Target, requirements
from scripts.localaws.services.cloudformation.resource_types import RESOURCE_TYPES

ACCOUNT, REGION = "111122223333", "eu-west-2"
HANDLERS = ("create", "read", "update", "delete")


def required(
    kind: str, props: dict[str, Any], *handlers: str, before: dict[str, Any] | None = None, **facts: str
) -> dict[str, list[Requirement]]:
    """The requirements by action."""
    target = Target(kind, "Logical", facts.pop("id", ""), props, before or props, "stack", ACCOUNT, REGION, **facts)
    by_action: dict[str, list[Requirement]] = {}
    for requirement in requirements(target, handlers):
        by_action.setdefault(requirement.action, []).append(requirement)
    return by_action


def test_every_resource_type_has_an_entry_and_every_entry_a_resource_type() -> None:
    assert handler_requirements._file().keys() == RESOURCE_TYPES.keys()


@pytest.mark.parametrize("kind", RESOURCE_TYPES)
def test_an_entry_names_actions_that_iam_knows_and_the_handlers_have(kind: str) -> None:
    data = handler_requirements._type_data(kind)
    published = {iam_action(action) for action in resource_schemas.permissions(kind, *HANDLERS)}
    unpublished = {action for row in data.unpublished.values() for action in row.split()}
    rows = [*data.needed_with.values(), *data.needed_to_remove.values(), data.not_needed]
    actions = {action for row in rows for action in row.split()} | data.second_arn.keys() | data.action_arn.keys()
    assert actions <= published | unpublished
    assert {action for action in unpublished if service_reference.acts_on(action) is None} == set()


@pytest.mark.parametrize("kind", RESOURCE_TYPES)
def test_a_published_action_is_required_unless_the_entry_says_when(kind: str) -> None:
    data = handler_requirements._type_data(kind)
    rows = [*data.needed_with.values(), *data.needed_to_remove.values(), data.not_needed]
    conditional = {action for row in rows for action in row.split()}
    for handler in HANDLERS:
        published = {iam_action(action) for action in resource_schemas.permissions(kind, handler)} - {""}
        on_roles = {"iam:PassRole"}  # required for each role that the properties name
        assert published - conditional - on_roles <= required(kind, {}, handler).keys()


def test_a_name_a_physical_id_and_a_generated_name_give_the_arn() -> None:
    parameter = required("AWS::SSM::Parameter", {"Name": "/a/b", "Type": "String", "Value": "1"}, "delete")
    assert [requirement.arn for requirement in parameter["ssm:DeleteParameter"]] == [
        f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/a/b"
    ]
    key = required("AWS::KMS::Key", {"KeyPolicy": {}}, "delete", id="1234")
    assert key["kms:ScheduleKeyDeletion"][0].arn == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"
    bucket = required("AWS::S3::Bucket", {}, "create")
    assert bucket["s3:CreateBucket"][0].arn == "arn:aws:s3:::stack-logical-*"


def test_an_action_of_a_property_is_required_with_the_property_and_to_remove_it() -> None:
    kind, policy = "AWS::ECR::Repository", {"RepositoryName": "a", "RepositoryPolicyText": {}}
    assert "ecr:SetRepositoryPolicy" not in required(kind, {"RepositoryName": "a"}, "create")
    assert "ecr:SetRepositoryPolicy" in required(kind, policy, "create")
    assert "ecr:DeleteRepositoryPolicy" not in required(kind, policy, "update")
    assert "ecr:DeleteRepositoryPolicy" in required(kind, {"RepositoryName": "a"}, "update", before=policy)


def test_a_role_is_passed_to_the_service_that_assumes_it() -> None:
    roles = {"JobFlowRole": "nodes", "ServiceRole": f"arn:aws:iam::{ACCOUNT}:role/emr"}
    passed = {
        requirement.arn: requirement.values
        for requirement in required("AWS::EMR::Cluster", roles, "create")["iam:PassRole"]
    }
    assert passed == {
        f"arn:aws:iam::{ACCOUNT}:role/nodes": {"iam:passedtoservice": ("ec2.amazonaws.com",)},
        f"arn:aws:iam::{ACCOUNT}:role/emr": {"iam:passedtoservice": ("elasticmapreduce.amazonaws.com",)},
    }


def test_another_resource_is_the_one_that_a_property_names_else_all_of_its_type() -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    encrypted = {"EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": key}}
    assert required("AWS::ECR::Repository", encrypted, "create")["kms:DescribeKey"][0].arn == key
    assert required("AWS::ECR::Repository", {}, "create")["kms:DescribeKey"][0].arn == key.replace("/1", "/*")


def test_a_new_resource_has_the_tags_of_its_properties() -> None:
    tags = {"KeyPolicy": {}, "Tags": [{"Key": "product", "Value": "a"}]}
    key = required("AWS::KMS::Key", tags, "create", "read")
    assert key["kms:TagResource"][0].values["aws:requesttag/product"] == ("a",)
    assert key["kms:PutKeyPolicy"][0].values == {"aws:resourcetag/product": ("a",)}
    assert key["kms:GetKeyPolicy"][0].values == {"aws:resourcetag/product": ("a",)}
    assert required("AWS::KMS::Key", tags, "delete", id="1")["kms:ScheduleKeyDeletion"][0].values == {}


def test_a_change_of_a_role_s_permissions_is_sent_with_its_boundary() -> None:
    role = required("AWS::IAM::Role", {"RoleName": "a", "Policies": []}, "create", boundary="b")
    assert role["iam:CreateRole"][0].values == {"iam:permissionsboundary": ("b",)}
    assert role["iam:GetRole"][0].values == {}


def test_a_custom_resource_needs_its_function() -> None:
    function = required("Custom::Thing", {"ServiceToken": "f"}, "create", "read")["lambda:InvokeFunction"]
    assert function == [Requirement("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f", {})]
