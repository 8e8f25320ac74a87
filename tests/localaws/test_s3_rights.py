"""Permissions of a role on the objects of its own account."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import REGION, Aws, refused
from tests.localaws.test_sts import make_role, trust

pytestmark = pytest.mark.local_only
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def owner(member: Callable[[str], str]) -> str:
    return member("objects-owner")


@pytest.fixture
def reaching(aws: Aws, owner: str) -> Callable[..., Any]:
    """reaching(statement) -> an S3 client of a new role with this statement only."""

    def reach(*statements: dict[str, Any]) -> Any:
        iam, name = aws("iam", owner), f"reaches-objects-{next(_NUMBERS)}"
        make_role(iam, name, trust(AWS=f"arn:aws:iam::{owner}:root"))
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        return aws("s3", owner, name)

    return reach


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def test_deleting_many_objects_needs_permission_for_each(aws: Aws, owner: str, reaching: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
    name = f"many-{owner}"
    aws("s3", owner).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    protected = {**allow("s3:DeleteObject"), "Effect": "Deny", "Resource": f"arn:aws:s3:::{name}/kept/*"}
    s3 = reaching(allow("s3:*"), protected)
    assert s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "a&b"}]})["ResponseMetadata"]
    message = refused(s3.delete_objects, Bucket=name, Delete={"Objects": [{"Key": "a"}, {"Key": "kept/b"}]})[2]
    assert f"s3:DeleteObject on resource: arn:aws:s3:::{name}/kept/b with an explicit deny" in message


def test_a_permission_can_be_limited_to_objects_with_a_tag(aws: Aws, owner: str, reaching: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html"""
    name, s3 = f"tagged-{owner}", aws("s3", owner)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key="a", Body=b"1", Tagging="for=launch")
    s3.put_object(Bucket=name, Key="b", Body=b"1")
    tagged = {"StringEquals": {"s3:ExistingObjectTag/for": "launch"}}
    reads = reaching(allow("s3:GetObject", Condition=tagged), allow("s3:PutObject", "s3:DeleteObject"))
    assert reads.get_object(Bucket=name, Key="a")["Body"].read() == b"1"
    assert refused(reads.get_object, Bucket=name, Key="b")[0] == "AccessDenied"
    reads.delete_object(Bucket=name, Key="b")
    assert refused(reads.get_object, Bucket=name, Key="b")[0] == "AccessDenied"
    assert reads.put_object(Bucket=name, Key="b", Body=b"2")["VersionId"]
