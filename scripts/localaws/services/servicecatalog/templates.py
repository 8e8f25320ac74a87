"""Copies of the templates that versions hold, and what Service Catalog reads from them.

The copies lie in a bucket of the management account, as AWS keeps them in buckets of its own; whoever may use a
version gets a signed address.
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.template_source import decode
from scripts.localaws.services.servicecatalog.exceptions import invalid
from scripts.localaws.services.servicecatalog.models import Artifact
from scripts.localaws.services.servicecatalog.operations import Request

_OWNER = "local"
_LARGEST = 1024 * 1024  # bytes, as CloudFormation's cloudformation-limits.html says of templates in S3
_LIMITS = ("AllowedValues", "AllowedPattern", "ConstraintDescription", "MaxLength", "MinLength", "MaxValue", "MinValue")


def _bucket(region: str) -> str:
    return f"servicecatalog-templates-{region}"


def keep(region: str, it: Artifact) -> None:
    """Store the copy. Raises InvalidParametersException when it is too large."""
    if len(it.body) > _LARGEST:
        raise invalid(f"The template has {len(it.body)} bytes; at most {_LARGEST} are allowed.")
    keep_as(region, it.id, it.body)


def keep_as(region: str, name: str, body: bytes) -> str:
    """Store bytes under a name; the signed address where they can be read."""
    s3 = context.client("s3", region, _OWNER)
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.put_object(Bucket=_bucket(region), Key=name, Body=body)
    except ClientError:
        s3.create_bucket(Bucket=_bucket(region), **where)
        s3.put_object(Bucket=_bucket(region), Key=name, Body=body)
    return address(region, name)


def arn(region: str, name: str) -> str:
    """What a launch role must be allowed to read."""
    return f"arn:aws:s3:::{_bucket(region)}/{name}"


def address(region: str, name: str) -> str:
    """A signed URL, good for an hour."""
    s3 = context.client("s3", region, _OWNER)
    url: str = s3.generate_presigned_url("get_object", Params={"Bucket": _bucket(region), "Key": name})
    return url


def validate(request: Request, it: Artifact) -> None:
    """CloudFormation says what is a template. Raises InvalidParametersException for what is none."""
    cloudformation = context.client("cloudformation", request.region, request.access_key)
    try:
        cloudformation.validate_template(TemplateURL=address(request.region, it.id))
    except ClientError as refused:
        raise invalid(f"Invalid templateBody. {refused.response['Error']['Message']}") from None


def parameters(body: bytes) -> list[dict[str, Any]]:
    """ProvisioningArtifactParameters: what a user is asked."""
    return [_parameter(name, it) for name, it in _decode(body).get("Parameters", {}).items()]


def _parameter(name: str, it: dict[str, Any]) -> dict[str, Any]:
    limits = {key: it[key] if key == "AllowedValues" else str(it[key]) for key in _LIMITS if key in it}
    if "AllowedValues" in limits:
        limits["AllowedValues"] = [str(value) for value in limits["AllowedValues"]]
    asked = {"ParameterKey": name, "ParameterType": it["Type"], "IsNoEcho": str(it.get("NoEcho", "")).lower() == "true"}
    asked |= {"Description": it["Description"]} if "Description" in it else {}
    asked |= {"DefaultValue": str(it["Default"])} if "Default" in it else {}
    return {**asked, "ParameterConstraints": limits}


def outputs(body: bytes) -> list[dict[str, Any]]:
    """The template's output keys."""
    found = _decode(body).get("Outputs", {})
    return [{"Key": name, "Description": it.get("Description", "")} for name, it in found.items()]


def instructions(body: bytes, rules: dict[str, Any]) -> dict[str, str]:
    """UsageInstructions: what a form needs beside the parameters."""
    template = _decode(body)
    told = {"version": template.get("AWSTemplateFormatVersion"), "description": template.get("Description")}
    written = {"metadata": template.get("Metadata"), "rules": {**template.get("Rules", {}), **rules}}
    told |= {key: json.dumps(value) for key, value in written.items() if value}
    return {key: value for key, value in told.items() if value}


def with_rules(body: bytes, rules: dict[str, Any]) -> bytes:
    """The template with a constraint's rules added, for CloudFormation to assert."""
    template = _decode(body)
    template["Rules"] = {**template.get("Rules", {}), **rules}
    return json.dumps(template).encode()


def _decode(body: bytes) -> dict[str, Any]:
    return decode(body.decode())
