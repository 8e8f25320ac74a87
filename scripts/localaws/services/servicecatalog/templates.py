"""Copies of the templates of versions, and the parts of a template that Service Catalog reads.

The copies are in a bucket of the management account, as AWS uses buckets of its own. Access to a copy is by presigned
URL.
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.template_source import decode
from scripts.localaws.services.servicecatalog.exceptions import invalid
from scripts.localaws.services.servicecatalog.models import Artifact
from scripts.localaws.services.servicecatalog.operations import Request

_ACCESS_KEY = "local"
_MAX_BYTES = 1024 * 1024  # CloudFormation's limit of a template in S3 (cloudformation-limits.html)
_CONSTRAINTS = (
    "AllowedValues",
    "AllowedPattern",
    "ConstraintDescription",
    "MaxLength",
    "MinLength",
    "MaxValue",
    "MinValue",
)


def _bucket(region: str) -> str:
    return f"servicecatalog-templates-{region}"


def store_artifact(region: str, artifact: Artifact) -> None:
    """Store the template of a version; InvalidParametersException if it is too large."""
    if len(artifact.body) > _MAX_BYTES:
        raise invalid(f"The template has {len(artifact.body)} bytes; at most {_MAX_BYTES} are allowed.")
    store(region, artifact.id, artifact.body)


def store(region: str, name: str, body: bytes) -> str:
    """Store a template under a name and return its presigned URL."""
    s3 = context.client("s3", region, _ACCESS_KEY)
    location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.put_object(Bucket=_bucket(region), Key=name, Body=body)
    except ClientError:
        s3.create_bucket(Bucket=_bucket(region), **location)
        s3.put_object(Bucket=_bucket(region), Key=name, Body=body)
    return presigned_url(region, name)


def arn(region: str, name: str) -> str:
    """Return the ARN of the object that a launch role must be allowed to read."""
    return f"arn:aws:s3:::{_bucket(region)}/{name}"


def presigned_url(region: str, name: str) -> str:
    """Return a presigned URL that is valid for an hour."""
    s3 = context.client("s3", region, _ACCESS_KEY)
    url: str = s3.generate_presigned_url("get_object", Params={"Bucket": _bucket(region), "Key": name})
    return url


def validate(request: Request, artifact: Artifact) -> None:
    """Validate the template with CloudFormation; InvalidParametersException if it is not valid."""
    cloudformation = context.client("cloudformation", request.region, request.access_key)
    try:
        cloudformation.validate_template(TemplateURL=presigned_url(request.region, artifact.id))
    except ClientError as error:
        raise invalid(f"Invalid templateBody. {error.response['Error']['Message']}") from None


def parameters(body: bytes) -> list[dict[str, Any]]:
    """Return the ProvisioningArtifactParameters of a template."""
    return [_parameter(name, parameter) for name, parameter in _decode(body).get("Parameters", {}).items()]


def _parameter(name: str, parameter: dict[str, Any]) -> dict[str, Any]:
    constraints = {
        key: parameter[key] if key == "AllowedValues" else str(parameter[key])
        for key in _CONSTRAINTS
        if key in parameter
    }
    if "AllowedValues" in constraints:
        constraints["AllowedValues"] = [str(value) for value in constraints["AllowedValues"]]
    details = {
        "ParameterKey": name,
        "ParameterType": parameter["Type"],
        "IsNoEcho": str(parameter.get("NoEcho", "")).lower() == "true",
    }
    details |= {"Description": parameter["Description"]} if "Description" in parameter else {}
    details |= {"DefaultValue": str(parameter["Default"])} if "Default" in parameter else {}
    return {**details, "ParameterConstraints": constraints}


def outputs(body: bytes) -> list[dict[str, Any]]:
    """Return the output keys of a template."""
    outputs = _decode(body).get("Outputs", {})
    return [{"Key": name, "Description": output.get("Description", "")} for name, output in outputs.items()]


def usage_instructions(body: bytes, rules: dict[str, Any]) -> dict[str, str]:
    """Return the UsageInstructions: version, description, metadata and rules of a template."""
    template = _decode(body)
    texts = {"version": template.get("AWSTemplateFormatVersion"), "description": template.get("Description")}
    sections = {"metadata": template.get("Metadata"), "rules": {**template.get("Rules", {}), **rules}}
    texts |= {key: json.dumps(value) for key, value in sections.items() if value}
    return {key: value for key, value in texts.items() if value}


def with_rules(body: bytes, rules: dict[str, Any]) -> bytes:
    """Return the template with the rules of constraints, which CloudFormation then asserts."""
    template = _decode(body)
    template["Rules"] = {**template.get("Rules", {}), **rules}
    return json.dumps(template).encode()


def _decode(body: bytes) -> dict[str, Any]:
    return decode(body.decode())
