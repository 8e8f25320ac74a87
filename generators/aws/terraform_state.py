"""Terraform's state bucket in the management account, and the environment that Terraform needs for the target."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from generators.aws.errors import code, translate_errors
from generators.aws.session import Aws
from generators.errors import UserError

_RECORD = "vended"


def backend(aws: Aws) -> dict[str, str]:
    """Settings of Terraform's S3 backend; makes the bucket when it is missing."""
    region, name = aws.platform.regions[0], _bucket(aws)
    with translate_errors(f"state bucket {name}"):
        s3 = aws.client("s3", region, aws.management_account)
        _make(s3, name, region)
    return {"bucket": name, "region": region}


def _make(s3: Any, name: str, region: str) -> None:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if code(error) not in ("404", "NoSuchBucket"):
            raise
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        block = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(block, True))


def outputs(aws: Aws, key: str) -> dict[str, Any]:
    """Outputs that another root module left in its state; UserError when it was never applied."""
    body = _get(aws, f"{key}/terraform.tfstate")
    if body is None:
        raise UserError(f"{key.split('/')[0]}: it was never applied; run `make vend TEAM=all` first")
    return {name: output["value"] for name, output in json.loads(body)["outputs"].items()}


def resources(aws: Aws, key: str) -> frozenset[str]:
    """Addresses of what a state holds, such as `module.keys.aws_kms_key.this["a"]`; nothing when there is none."""
    body = _get(aws, f"{key}/terraform.tfstate")
    found = json.loads(body)["resources"] if body else []
    return frozenset(_address(it, instance) for it in found for instance in it["instances"])


def _address(resource: dict[str, Any], instance: dict[str, Any]) -> str:
    place = f"{resource['module']}." if "module" in resource else ""
    which = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
    return f"{place}{resource['type']}.{resource['name']}{which}"


def read_applied_digest(aws: Aws, key: str) -> str:
    """What was noted beside a state, "" when nothing was."""
    return (_get(aws, f"{key}/{_RECORD}") or b"").decode()


def write_applied_digest(aws: Aws, key: str, text: str) -> None:
    """Note a line beside a state."""
    with translate_errors(f"state {key}"):
        s3 = aws.client("s3", aws.platform.regions[0], aws.management_account)
        s3.put_object(Bucket=_bucket(aws), Key=f"{key}/{_RECORD}", Body=text.encode())


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
    """Variables that send Terraform's AWS provider and backend to the embedded AWS; nothing for the real one."""
    if not aws.endpoint_is_local:
        return {}
    return {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": aws.platform.regions[0],
        "AWS_S3_USE_PATH_STYLE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Account ids go in front of this host, so no name of this machine would do: the embedded AWS answers as proxy.
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.moto.internal",
        "HTTP_PROXY": aws.endpoint,
        "http_proxy": aws.endpoint,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
