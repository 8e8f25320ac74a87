"""Terraform's state bucket in the management account, and Terraform's environment variables for the target."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from generators.aws.errors import code, translate_errors
from generators.aws.session import Aws
from generators.errors import UserError

_DIGEST_FILE = "vended"


def backend(aws: Aws) -> dict[str, str]:
    """Settings of Terraform's S3 backend; creates the bucket when it is missing."""
    region, name = aws.platform.regions[0], _bucket(aws)
    with translate_errors(f"state bucket {name}"):
        s3 = aws.client("s3", region, aws.management_account)
        _create_bucket(s3, name, region)
    return {"bucket": name, "region": region}


def _create_bucket(s3: Any, name: str, region: str) -> None:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if code(error) not in ("404", "NoSuchBucket"):
            raise
        location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **location)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        block = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(block, True))


def outputs(aws: Aws, key: str) -> dict[str, Any]:
    """Outputs of an applied root module; UserError when it was never applied."""
    body = _get(aws, f"{key}/terraform.tfstate")
    if body is None:
        raise UserError(f"{key.split('/')[0]}: it was never applied; run `make vend TEAM=all` first")
    return {name: output["value"] for name, output in json.loads(body)["outputs"].items()}


def resource_addresses(aws: Aws, key: str) -> frozenset[str]:
    """Addresses of the resources in a state, such as `module.keys.aws_kms_key.this["a"]`; empty without a state."""
    body = _get(aws, f"{key}/terraform.tfstate")
    resources = json.loads(body)["resources"] if body else []
    return frozenset(_address(resource, instance) for resource in resources for instance in resource["instances"])


def _address(resource: dict[str, Any], instance: dict[str, Any]) -> str:
    module = f"{resource['module']}." if "module" in resource else ""
    index = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
    return f"{module}{resource['type']}.{resource['name']}{index}"


def read_applied_digest(aws: Aws, key: str) -> str:
    """The input digest of the last successful apply, "" when there is none."""
    return (_get(aws, f"{key}/{_DIGEST_FILE}") or b"").decode()


def write_applied_digest(aws: Aws, key: str, text: str) -> None:
    """Store the input digest beside a state; "" means that the state must be applied again."""
    with translate_errors(f"state {key}"):
        s3 = aws.client("s3", aws.platform.regions[0], aws.management_account)
        s3.put_object(Bucket=_bucket(aws), Key=f"{key}/{_DIGEST_FILE}", Body=text.encode())


def _get(aws: Aws, path: str) -> bytes | None:
    with translate_errors(f"state {path}"):
        s3 = aws.client("s3", aws.platform.regions[0], aws.management_account)
        try:
            body: bytes = s3.get_object(Bucket=_bucket(aws), Key=path)["Body"].read()
        except ClientError as error:
            if code(error) not in ("NoSuchKey", "NoSuchBucket", "404"):
                raise
            return None
        return body


def _bucket(aws: Aws) -> str:
    return f"{aws.platform.state_bucket}-{aws.management_account}"


def environment(aws: Aws) -> dict[str, str]:
    """Environment variables that point Terraform at the embedded AWS; empty for real AWS."""
    if not aws.endpoint_is_local:
        return {}
    return {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": aws.platform.regions[0],
        "AWS_S3_USE_PATH_STYLE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        # The provider prefixes this host with an account id, which does not resolve; the embedded AWS answers as proxy.
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.moto.internal",
        "HTTP_PROXY": aws.endpoint,
        "http_proxy": aws.endpoint,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
