"""Loads a template from the request or from S3 and decodes it: JSON, or YAML with short-form intrinsics.

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
    """Return the text of the template, read as the caller."""
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
        return _fetch_presigned(url)
    host, path = _VIRTUAL_HOST.fullmatch(address.netloc), unquote(address.path).lstrip("/")
    bucket, _, key = (host["bucket"], "", path) if host else path.partition("/")
    try:
        response = context.client("s3", region, access_key).get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise invalid(f"S3 error: {error.response['Error']['Message']}") from None
    return str(response["Body"].read().decode())


def _fetch_presigned(url: str) -> str:
    try:
        with urllib.request.urlopen(url) as response:  # noqa: S310 - the URL starts with this server's endpoint
            return str(response.read().decode())
    except HTTPError as error:
        raise invalid(f"S3 error: HTTP {error.code}") from None


def decode(text: str) -> dict[str, Any]:
    """Return the template as a mapping. ValidationError if the text is not a template."""
    try:
        template = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except json.JSONDecodeError as error:
        where = f"(line {error.lineno}, column {error.colno})"
        raise invalid(f"Template format error: JSON not well-formed. {where}") from None
    if not isinstance(template, dict):
        raise invalid("Template format error: unsupported structure.")
    return template


def _yaml(text: str) -> Any:
    from cfnlint.decode import cfn_yaml  # imported late: takes a second, and only YAML needs it
    from yaml import YAMLError

    try:
        return json.loads(json.dumps(cfn_yaml.loads(text), default=str))
    except cfn_yaml.CfnParseError as error:
        raise invalid(f"Template format error: {error.matches[0].message}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise invalid(f"Template format error: YAML not well-formed.{where}") from None
