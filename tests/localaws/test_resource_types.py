"""Updates of single properties, and what a row of resource_types.yaml refuses.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.conftest import Aws
from tests.localaws.stacks import Stacks

pytestmark = pytest.mark.local_only
POLICY = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}]}
TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.fixture
def stacks(aws: Aws) -> Stacks:
    return Stacks(aws("cloudformation"))


def updated(stacks: Stacks, kind: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """The physical id of a resource that a stack has created and updated in place."""
    stack = stacks.create({"Resources": {"R": {"Type": kind, "Properties": before}}})
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    created = stacks.physical_ids(stack)["R"]
    stack = stacks.update(stack, {"Resources": {"R": {"Type": kind, "Properties": after}}})
    assert stack["StackStatus"] == "UPDATE_COMPLETE", stacks.reasons(stack)
    assert stacks.physical_ids(stack)["R"] == created
    return str(created)


def test_a_permissions_boundary_is_added_and_removed(aws: Aws, stacks: Stacks) -> None:
    plain, bounded = (
        {"AssumeRolePolicyDocument": TRUST},
        {
            "AssumeRolePolicyDocument": TRUST,
            "PermissionsBoundary": BOUNDARY,
        },
    )
    with_boundary = aws("iam").get_role(RoleName=updated(stacks, "AWS::IAM::Role", plain, bounded))["Role"]
    assert with_boundary["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY
    without = aws("iam").get_role(RoleName=updated(stacks, "AWS::IAM::Role", bounded, plain))["Role"]
    assert "PermissionsBoundary" not in without


def test_the_description_of_a_key_is_changed_and_removed(aws: Aws, stacks: Stacks) -> None:
    before, after = {"KeyPolicy": POLICY, "Description": "a"}, {"KeyPolicy": POLICY, "Description": "b"}
    key = updated(stacks, "AWS::KMS::Key", before, after)
    assert aws("kms").describe_key(KeyId=key)["KeyMetadata"]["Description"] == "b"
    key = updated(stacks, "AWS::KMS::Key", before, {"KeyPolicy": POLICY})
    assert aws("kms").describe_key(KeyId=key)["KeyMetadata"]["Description"] == ""


def test_a_key_waits_for_its_deletion_as_long_as_the_template_says(aws: Aws, stacks: Stacks) -> None:
    properties = {"KeyPolicy": POLICY, "PendingWindowInDays": 7}
    stack = stacks.create({"Resources": {"R": {"Type": "AWS::KMS::Key", "Properties": properties}}})
    key = stacks.physical_ids(stack)["R"]
    created = aws("kms").describe_key(KeyId=key)["KeyMetadata"]["CreationDate"]
    stacks.delete(stack)
    deletion = aws("kms").describe_key(KeyId=key)["KeyMetadata"]["DeletionDate"]
    assert 6 <= (deletion - created).days <= 7


def test_scanning_and_mutability_of_a_repository_go_back_to_their_defaults(aws: Aws, stacks: Stacks) -> None:
    before = {"ImageTagMutability": "IMMUTABLE", "ImageScanningConfiguration": {"ScanOnPush": True}}
    name = updated(stacks, "AWS::ECR::Repository", before, {})
    [repository] = aws("ecr").describe_repositories(repositoryNames=[name])["repositories"]
    assert repository["imageTagMutability"] == "MUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": False}


def test_the_key_of_a_git_repository_is_changed(aws: Aws, stacks: Stacks) -> None:
    names = {"RepositoryName": "changed-key"}
    updated(stacks, "AWS::CodeCommit::Repository", names, {**names, "KmsKeyId": "alias/aws/codecommit"})
    metadata = aws("codecommit").get_repository(repositoryName="changed-key")["repositoryMetadata"]
    assert metadata["kmsKeyId"] == "alias/aws/codecommit"


def test_a_lifecycle_rule_keeps_its_conditions_and_days(aws: Aws, stacks: Stacks) -> None:
    """aws-properties-s3-bucket-rule.html"""
    tags = [{"Key": "a", "Value": "b"}]
    rules = [
        {"Id": "tag", "Status": "Enabled", "TagFilters": tags, "ExpirationInDays": 3},
        {
            "Id": "all",
            "Status": "Enabled",
            "Prefix": "p/",
            "TagFilters": tags,
            "ObjectSizeGreaterThan": "10",
            "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 30}],
        },
    ]
    bucket = updated(stacks, "AWS::S3::Bucket", {}, {"LifecycleConfiguration": {"Rules": rules}})
    by_tag, by_all = aws("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert (by_tag["Filter"], by_tag["Expiration"]) == ({"Tag": tags[0]}, {"Days": 3})
    assert by_all["Filter"] == {"And": {"Prefix": "p/", "ObjectSizeGreaterThan": 10, "Tags": tags}}
    assert by_all["NoncurrentVersionTransitions"] == [{"NoncurrentDays": 30, "StorageClass": "GLACIER"}]


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        (
            {"NotificationConfiguration": {"QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": "q"}]}},
            "NotificationConfiguration/QueueConfigurations",
        ),
        (
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "NoncurrentVersionExpirationInDays": 3}]}},
            "LifecycleConfiguration/Rules/NoncurrentVersionExpirationInDays",
        ),
        ({"AccessControl": "Private"}, "AccessControl"),
    ],
)
def test_a_property_that_would_be_lost_is_refused(stacks: Stacks, properties: dict[str, Any], name: str) -> None:
    with pytest.raises(ClientError, match=f"does not hold {name} of AWS::S3::Bucket"):
        stacks.create({"Resources": {"R": {"Type": "AWS::S3::Bucket", "Properties": properties}}})
