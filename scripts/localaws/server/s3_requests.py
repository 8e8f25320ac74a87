"""Checks of requests to S3 that moto does not make. Rewrites the id of a key in a header to the key's ARN, as S3 does.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from scripts.localaws.core import clock
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import AwsRequest, keep_body
from scripts.localaws.services.iam.authorization import resource_arns
from scripts.localaws.services.iam.authorization.resource_lookup import ResourceResolver
from scripts.localaws.services.s3 import checksums, documents
from scripts.localaws.services.s3.policy import ENFORCED, Bucket

_NAME = re.compile(r"(?!xn--|sthree-|amzn-s3-demo-|(?:\d+\.){3}\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
_WRITES = ("PutObject", "CopyObject", "CreateMultipartUpload")
_ACL_WRITES = (*_WRITES, "PutBucketAcl", "PutObjectAcl")
_FULL_CONTROL = ("bucket-owner-full-control", None)
_DESTINATION = re.compile(rb"<(?:Topic|Queue|CloudFunction)>(arn:[^<]+)<")
_NOTIFIES = {"sns": "sns:Publish", "sqs": "sqs:SendMessage", "lambda": "lambda:InvokeFunction"}


def check(call: AwsRequest, resources: ResourceResolver) -> None:
    """Raise the error that S3 returns for the request, if there is one."""
    headers, name = call.request.headers, str(call.params.get("Bucket") or "")
    if call.operation == "CreateBucket":
        _check_new_bucket(name, headers)
        return
    arns = resource_arns.resources("s3", call.operation, call.params, call.region, "")
    bucket = resources.bucket(arns[0]) if arns else None
    _check_owner(bucket, headers.get("x-amz-expected-bucket-owner"))
    if expected := headers.get("x-amz-source-expected-bucket-owner"):
        source = unquote(headers["x-amz-copy-source"]).lstrip("/")
        _check_owner(resources.bucket(f"arn:aws:s3:::{source}"), expected)
    if bucket is not None:
        _check_setting(call, bucket, resources)


def _check_setting(call: AwsRequest, bucket: Bucket, resources: ResourceResolver) -> None:
    headers = call.request.headers
    if call.operation in _ACL_WRITES:
        _check_acl(call.operation, bucket, headers)
    if call.operation in _WRITES:
        _check_lock(headers)
        _name_key(call, bucket, resources)
    if call.operation in ("PutObject", "UploadPart"):
        keep_body(call.environ)
        checksums.check(headers, call.environ["wsgi.input"].getvalue())
    if documents.is_setting(call.operation):
        keep_body(call.environ)
    if call.operation == "PutBucketNotificationConfiguration":
        _check_destinations(call, bucket, resources)


def _check_new_bucket(name: str, headers: Mapping[str, str]) -> None:
    if not _NAME.fullmatch(name) or name.endswith(_RESERVED_ENDS):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.")
    ownership = headers.get("x-amz-object-ownership", ENFORCED)
    if ownership == ENFORCED and headers.get("x-amz-acl", "private") != "private":
        message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        raise AwsError("InvalidBucketAclWithObjectOwnership", message)


def _check_owner(bucket: Bucket | None, expected: str | None) -> None:
    if bucket is not None and expected is not None and expected != bucket.account_id:
        raise AwsError("AccessDenied", "Access Denied", 403)


def _check_acl(operation: str, bucket: Bucket, headers: Mapping[str, str]) -> None:
    """A bucket with disabled ACLs takes no other than the canned one that gives the bucket's owner full control."""
    is_set = operation.endswith("Acl") or any(name.lower().startswith("x-amz-grant-") for name in headers.keys())  # noqa: SIM118 - werkzeug's headers iterate over pairs
    canned = headers.get("x-amz-acl")
    if bucket.ownership_rule == ENFORCED and (canned not in _FULL_CONTROL or (is_set and canned is None)):
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")


def _check_lock(headers: Mapping[str, str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""
    mode, until = headers.get("x-amz-object-lock-mode"), headers.get("x-amz-object-lock-retain-until-date")
    if (mode is None) != (until is None):
        names = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode"
        raise AwsError("InvalidArgument", f"{names} must both be supplied")
    if mode is not None and mode not in ("GOVERNANCE", "COMPLIANCE"):
        raise AwsError("InvalidArgument", "Unknown wormMode directive.")
    if until is not None and datetime.fromisoformat(until) <= clock.now():
        raise AwsError("InvalidArgument", "The retain until date must be in the future!")


def _name_key(call: AwsRequest, bucket: Bucket, resources: ResourceResolver) -> None:
    if key := call.request.headers.get(_KEY_HEADER):
        path = key if key.startswith("alias/") else f"key/{key}"
        arn = key if key.startswith("arn:") else f"arn:aws:kms:{bucket.region_name}:{bucket.account_id}:{path}"
        resource = resources.find(arn)
        if resource is not None:
            call.environ[f"HTTP_{_KEY_HEADER.replace('-', '_').upper()}"] = resource.arn


def _check_destinations(call: AwsRequest, bucket: Bucket, resources: ResourceResolver) -> None:
    """Every destination exists, and its policy lets S3 send.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    """
    if call.request.headers.get("x-amz-skip-destination-validation") == "true":
        return
    values = {"aws:sourcearn": (f"arn:aws:s3:::{bucket.name}",), "aws:sourceaccount": (str(bucket.account_id),)}
    for arn in (each.decode() for each in _DESTINATION.findall(call.environ["wsgi.input"].getvalue())):
        action, resource = _NOTIFIES.get(arn.split(":")[2], ""), resources.find(arn)
        request = AuthorizationRequest(action, arn, Context(values), {"Service": ("s3.amazonaws.com",)})
        allows = resource and decide(resource.policies, request) in (Decision.ALLOW, Decision.ALLOW_PRINCIPAL)
        if not allows:
            message = "Unable to validate the following destination configurations"
            raise AwsError("InvalidArgument", message)
