"""Where a template comes from and how it is read: body or address, JSON or YAML with short forms.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import json
import re
import urllib.request
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.exceptions import invalid

_LARGEST_BODY, _LARGEST_OBJECT = 51_200, 1024 * 1024
_VIRTUAL_HOST = re.compile(r"(?P<bucket>[a-z0-9.-]+?)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")


def load(params: dict[str, Any], region: str, access_key: str) -> str:
    """The template's text, read as the caller."""
    body, url = params.get("TemplateBody"), params.get("TemplateURL")
    if bool(body) == bool(url):
        raise invalid("Either Template URL or Template Body must be specified.")
    if body and len(body.encode()) > _LARGEST_BODY:
        raise invalid(f"1 validation error detected: Member templateBody must have length at most {_LARGEST_BODY}")
    text = str(body) if body else _fetch(str(url), region, access_key)
    if len(text.encode()) > _LARGEST_OBJECT:
        raise invalid(f"Template may not exceed {_LARGEST_OBJECT} bytes in size.")
    return text


def _fetch(url: str, region: str, access_key: str) -> str:
    address = urlsplit(url)
    if "X-Amz-Signature" in address.query and url.startswith(context.endpoint()):
        return _signed(url)
    host, path = _VIRTUAL_HOST.fullmatch(address.netloc), unquote(address.path).lstrip("/")
    bucket, _, key = (host["bucket"], "", path) if host else path.partition("/")
    try:
        answer = context.client("s3", region, access_key).get_object(Bucket=bucket, Key=key)
    except ClientError as refused:
        raise invalid(f"S3 error: {refused.response['Error']['Message']}") from None
    return str(answer["Body"].read().decode())


def _signed(url: str) -> str:
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - it is this server's own address
            return str(answer.read().decode())
    except HTTPError as refused:
        raise invalid(f"S3 error: HTTP {refused.code}") from None


def decode(text: str) -> dict[str, Any]:
    """The template as plain mappings; ValidationError for what is none."""
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except ValueError as error:
        raise invalid(f"Template format error: {error}") from None
    if not isinstance(found, dict):
        raise invalid("Template format error: unsupported structure.")
    return found


def _yaml(text: str) -> Any:
    from cfnlint.decode import cfn_yaml  # a second to import: only for YAML

    try:
        return json.loads(json.dumps(cfn_yaml.loads(text), default=str))
    except cfn_yaml.CfnParseError as error:
        raise ValueError(str(error.matches[0].message)) from None
