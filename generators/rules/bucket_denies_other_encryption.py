"""Encryption headers that a bucket policy denies."""

from collections.abc import Mapping
from typing import Any

from generators.rules._property_values import PropertyValue, UnreadableValue
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import Statement, bucket_statements
from generators.rules._template import Resource, Template

_HEADERS = {
    "s3:x-amz-server-side-encryption": "another algorithm",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "another key",
}
_NEGATED_OPERATORS = ("StringNotEquals", "StringNotEqualsIfExists", "ArnNotEquals", "ArnNotEqualsIfExists")


class BucketDeniesOtherEncryption(PlatformRule):
    """Expect one Deny of s3:PutObject for each header."""

    id = "E9026"
    shortdesc = "Bucket policies must deny uploads under another algorithm or another key."
    description = "A request may name its own encryption, which overrides the bucket's default."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
    controls = (51,)
    security_hub_ids = ()
    types = ("AWS::S3::Bucket",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        statements = bucket_statements(resource, template)
        denied = {header for item in statements if isinstance(item, Statement) for header in _denied_headers(item)}
        hidden = next((_hidden(item) for item in statements if _hidden(item)), None)
        for header, what in _HEADERS.items():
            if header not in denied and hidden:
                yield (), unresolved(hidden, "a bucket policy")[1]
            elif header not in denied:
                yield (), f"objects under {what} are accepted; deny s3:PutObject where {header} is not the platform's"


def _hidden(item: Statement | PropertyValue) -> PropertyValue | None:
    """The part of a policy that a function hides."""
    if isinstance(item, PropertyValue):
        return item
    try:
        _operators(item)
    except UnreadableValue as error:
        return error.prop
    return None


def _denied_headers(statement: Statement) -> set[str]:
    """Headers that the statement denies with any value but the accepted one."""
    if statement.allows or _hidden(statement) or not statement.covers("s3:PutObject"):
        return set()
    return {key for entries in _operators(statement) for key in entries if key in _HEADERS}


def _operators(statement: Statement) -> list[Mapping[str, Any]]:
    """Keys and values of the negated operators."""
    return [statement.condition().item(operator).properties() for operator in _NEGATED_OPERATORS]
