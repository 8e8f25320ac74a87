"""Bucket policies: principals, networks and encryption."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.localaws.conftest import REAL, REGION, Aws, Terraform, refused
from tests.localaws.test_sts import make_role, trust

TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.fixture
def bucket(aws: Aws, member: Callable[[str], str], request: pytest.FixtureRequest) -> Iterator["Owned"]:
    """A new bucket in the hub; emptied and deleted at the end."""
    account = None if REAL else member("s3-hub")
    suffix = abs(hash(request.node.nodeid)) % 10**10
    owned = Owned(aws("s3", account), f"localaws-tests-{suffix}")
    owned.s3.create_bucket(Bucket=owned.name, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield owned
    owned.s3.delete_bucket_policy(Bucket=owned.name)
    versions = owned.s3.list_object_versions(Bucket=owned.name)
    for version in [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]:
        owned.s3.delete_object(Bucket=owned.name, Key=version["Key"], VersionId=version["VersionId"])
    owned.s3.delete_bucket(Bucket=owned.name)


class Owned:
    """A bucket and a client of its owner."""

    def __init__(self, s3: Any, name: str) -> None:
        self.s3, self.name = s3, name

    def policy(self, *statements: dict[str, Any]) -> None:
        """Put a policy; a statement without Resource covers the bucket and its objects."""
        arns = [f"arn:aws:s3:::{self.name}", f"arn:aws:s3:::{self.name}/*"]
        document = {"Version": "2012-10-17", "Statement": [{"Resource": arns, **s} for s in statements]}
        self.s3.put_bucket_policy(Bucket=self.name, Policy=json.dumps(document))

    def put(self, s3: Any = None, key: str = "a/b.csv", **more: Any) -> int:
        response = (s3 or self.s3).put_object(Bucket=self.name, Key=key, Body=b"1", **more)
        return int(response["ResponseMetadata"]["HTTPStatusCode"])


def test_a_tls_only_bucket_takes_objects(bucket: Owned) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"""
    bucket.policy(TLS_ONLY)
    assert bucket.put() == 200
    assert bucket.s3.get_object(Bucket=bucket.name, Key="a/b.csv")["Body"].read() == b"1"


def test_objects_must_be_encrypted_with_the_named_key(bucket: Owned) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"""
    wrong = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    bucket.policy({"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Condition": wrong})
    assert refused(bucket.put)[:2] == ("AccessDenied", 403)
    assert refused(bucket.put, ServerSideEncryption="AES256")[0] == "AccessDenied"
    assert bucket.put(ServerSideEncryption="aws:kms") == 200


def test_the_wrong_network_is_denied_even_to_the_owner(bucket: Owned) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html"""
    outside = {"StringNotEquals": {"aws:sourceVpce": "vpce-1a2b3c4d"}}
    bucket.policy({"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Condition": outside})
    bucket.put()
    message = refused(bucket.s3.get_object, Bucket=bucket.name, Key="a/b.csv")[2]
    assert message.endswith("with an explicit deny in a resource-based policy")


@pytest.mark.local_only
def test_another_account_needs_both_sides(bucket: Owned, aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html"""
    spoke = member("s3-spoke")
    make_role(aws("iam", spoke), "may-nothing", trust(AWS=f"arn:aws:iam::{spoke}:root"))
    bucket.put()
    read = {"Bucket": bucket.name, "Key": "a/b.csv"}
    assert "no resource-based policy" in refused(aws("s3", spoke).get_object, **read)[2]
    bucket.policy({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{spoke}:root"}, "Action": "s3:GetObject"})
    assert aws("s3", spoke).get_object(**read)["Body"].read() == b"1"
    assert refused(aws("s3", spoke).put_object, **read)[0] == "AccessDenied"
    assert "no identity-based policy" in refused(aws("s3", spoke, "may-nothing").get_object, **read)[2]


@pytest.mark.local_only
def test_the_whole_organization_may_read(
    bucket: Owned, aws: Aws, member: Callable[[str], str], organisation: dict[str, Any]
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    for organization, allowed in ((organisation["Id"], True), ("o-elsewhere0", False)):
        condition = {"StringEquals": {"aws:PrincipalOrgID": organization}}
        bucket.policy({"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Condition": condition})
        call = aws("s3", member("s3-spoke")).list_objects_v2
        if allowed:
            assert call(Bucket=bucket.name)["KeyCount"] == 0
        else:
            assert refused(call, Bucket=bucket.name)[0] == "AccessDenied"


@pytest.mark.local_only
def test_a_role_that_the_bucket_names_needs_no_policy_of_its_own(
    bucket: Owned, aws: Aws, member: Callable[[str], str]
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource.html"""
    hub = member("s3-hub")
    arn = make_role(aws("iam", hub), "reader", trust(AWS=f"arn:aws:iam::{hub}:root"))
    prefix = {"StringLike": {"s3:prefix": "a/*"}}
    bucket.policy({"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "s3:ListBucket", "Condition": prefix})
    reader = aws("s3", hub, "reader")
    assert reader.list_objects_v2(Bucket=bucket.name, Prefix="a/b")["KeyCount"] == 0
    assert refused(reader.list_objects_v2, Bucket=bucket.name)[0] == "AccessDenied"


@pytest.mark.local_only
def test_an_old_version_and_a_copy_need_permissions_of_their_own(
    bucket: Owned, aws: Aws, member: Callable[[str], str]
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"""
    hub = member("s3-hub")
    make_role(aws("iam", hub), "object-reader", trust(AWS=f"arn:aws:iam::{hub}:root"), "s3:GetObject")
    make_role(aws("iam", hub), "object-writer", trust(AWS=f"arn:aws:iam::{hub}:root"), "s3:PutObject")
    bucket.s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    version = bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"1")["VersionId"]
    read = aws("s3", hub, "object-reader").get_object
    assert read(Bucket=bucket.name, Key="k")["Body"].read() == b"1"
    assert "s3:GetObjectVersion" in refused(read, Bucket=bucket.name, Key="k", VersionId=version)[2]
    copy = {"Bucket": bucket.name, "Key": "copy", "CopySource": {"Bucket": bucket.name, "Key": "k"}}
    assert (
        f"s3:GetObject on resource: arn:aws:s3:::{bucket.name}/k"
        in refused(aws("s3", hub, "object-writer").copy_object, **copy)[2]
    )


def test_a_missing_object_is_not_found(bucket: Owned) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html"""
    assert refused(bucket.s3.head_object, Bucket=bucket.name, Key="none")[:2] == ("404", 404)
    assert refused(bucket.s3.get_object, Bucket=bucket.name, Key="none")[:2] == ("NoSuchKey", 404)
    assert refused(bucket.s3.head_bucket, Bucket=f"{bucket.name}-none")[:2] == ("404", 404)


@pytest.mark.local_only
def test_a_bucket_name_is_globally_unique(bucket: Owned, aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"""
    where = {"LocationConstraint": REGION}
    error = refused(aws("s3", member("s3-spoke")).create_bucket, Bucket=bucket.name, CreateBucketConfiguration=where)
    assert error[:2] == ("BucketAlreadyExists", 409)


@pytest.mark.local_only
def test_unsigned_requests_read_only_public_objects(bucket: Owned, aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteAccessPermissionsReqd.html"""
    bucket.put()
    address = f"{aws.endpoint}/{bucket.name}/a/b.csv"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(address)
    assert caught.value.code == 403
    bucket.s3.delete_public_access_block(Bucket=bucket.name)  # a new bucket blocks public policies
    bucket.policy({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"})
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == b"1"


@pytest.mark.parametrize(
    "broken",
    [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": {"StringIsh": {"a": "b"}}},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::somebody-elses/*"},
        {"Effect": "Perhaps", "Principal": "*", "Action": "s3:*"},
    ],
)
def test_a_malformed_policy_is_refused(bucket: Owned, broken: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    with pytest.raises(bucket.s3.exceptions.ClientError, match="MalformedPolicy"):
        bucket.policy(broken)


def test_a_public_policy_can_be_blocked(bucket: Owned) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"""
    block = {
        "BlockPublicPolicy": True,
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    bucket.s3.put_public_access_block(Bucket=bucket.name, PublicAccessBlockConfiguration=block)
    with pytest.raises(bucket.s3.exceptions.ClientError, match="AccessDenied"):
        bucket.policy({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"})


@pytest.mark.local_only
def test_a_locked_version_cannot_be_deleted(aws: Aws, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html"""
    s3 = aws("s3", member("s3-hub"))
    bucket = {"Bucket": "localaws-locked", "CreateBucketConfiguration": {"LocationConstraint": REGION}}
    s3.create_bucket(**bucket, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket="localaws-locked", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    first = s3.put_object(Bucket="localaws-locked", Key="v", Body=b"1", Metadata={"sha256": "ab"})["VersionId"]
    second = s3.put_object(Bucket="localaws-locked", Key="v", Body=b"2")["VersionId"]
    assert first != second
    locked = s3.get_object(Bucket="localaws-locked", Key="v", VersionId=first)
    assert (locked["Body"].read(), locked["Metadata"]) == (b"1", {"sha256": "ab"})
    assert refused(s3.delete_object, Bucket="localaws-locked", Key="v", VersionId=first)[0] == "AccessDenied"


@pytest.mark.local_only
@pytest.mark.slow  # the demo, which `make test` plays, lays down the same
def test_terraform_creates_a_private_logged_bucket(terraform: Terraform) -> None:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_account_public_access_block"""
    terraform.apply(_CLOSED)
    assert terraform.plan() == []


_CLOSED = """
resource "aws_s3_account_public_access_block" "this" {
  block_public_acls   = true
  block_public_policy = true
}
resource "aws_s3_bucket" "logs" {
  bucket        = "localaws-tf-logs"
  force_destroy = true
}
resource "aws_s3_bucket" "data" { bucket = "localaws-tf-data" }
data "aws_iam_policy_document" "closed" {
  for_each = { logs = aws_s3_bucket.logs.arn, data = aws_s3_bucket.data.arn }
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value, "${each.value}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
  statement {
    actions   = ["s3:PutObject"]
    resources = ["${each.value}/*"]
    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }
  }
}
resource "aws_s3_bucket_policy" "closed" {
  for_each = { logs = aws_s3_bucket.logs.id, data = aws_s3_bucket.data.id }
  bucket   = each.value
  policy   = data.aws_iam_policy_document.closed[each.key].json
}
resource "aws_s3_bucket_logging" "data" {
  bucket        = aws_s3_bucket.data.id
  target_bucket = aws_s3_bucket_policy.closed["logs"].bucket
  target_prefix = "data/"
}
resource "aws_s3_object" "one" {
  bucket  = aws_s3_bucket_policy.closed["data"].bucket
  key     = "one"
  content = "1"
}
"""
