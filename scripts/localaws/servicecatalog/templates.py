"""Copies of the templates that versions hold, and what Service Catalog reads from them.

The copies lie in a bucket of the management account, as AWS keeps them in buckets of its own; whoever may use a
version gets a signed address.
"""

import json
from typing import Any

from botocore.exceptions import ClientError
from cfnlint.decode import cfn_yaml

from scripts.localaws import context
from scripts.localaws.servicecatalog.exceptions import invalid
from scripts.localaws.servicecatalog.models import Artifact

_OWNER = "local"
_LARGEST = (
    1024 * 1024
)  # bytes; https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_LIMITS = ("AllowedValues", "AllowedPattern", "ConstraintDescription", "MaxLength", "MinLength", "MaxValue", "MinValue")


def _bucket(region: str) -> str:
    return f"servicecatalog-templates-{region}"


def keep(region: str, it: Artifact) -> None:
    """Store the copy."""
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


def address(region: str, name: str) -> str:
    """A signed URL, good for an hour."""
    s3 = context.client("s3", region, _OWNER)
    url: str = s3.generate_presigned_url("get_object", Params={"Bucket": _bucket(region), "Key": name})
    return url


def from_yaml(body: bytes) -> dict[str, Any]:
    """A YAML template with CloudFormation's short forms."""
    found, _ = cfn_yaml.loads(body.decode()), None
    return json.loads(json.dumps(found))


def validate(body: bytes) -> None:
    """Raises InvalidParametersException for what cannot be a template."""
    if len(body) > _LARGEST:
        raise invalid(f"The template has {len(body)} bytes; at most {_LARGEST} are allowed.")
    try:
        found = json.loads(body) if body.lstrip().startswith(b"{") else from_yaml(body)
    except (ValueError, cfn_yaml.CfnParseError) as error:
        raise invalid(f"Invalid templateBody. The template is neither JSON nor YAML: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("Resources"), dict) or not found["Resources"]:
        raise invalid("Invalid templateBody. At least one Resources member must be defined.")


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


def with_rules(body: bytes, rules: dict[str, Any]) -> bytes:
    """The template with a constraint's rules added, for CloudFormation to assert."""
    template = _decode(body)
    template["Rules"] = {**template.get("Rules", {}), **rules}
    return json.dumps(template).encode()


def _decode(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body) if body.lstrip().startswith(b"{") else from_yaml(body)
    return found
