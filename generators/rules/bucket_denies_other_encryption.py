"""Nobody stores what the platform cannot lock."""

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import Statement, bucket_statements
from generators.rules._template import Resource, Template

_HEADERS = {
    "s3:x-amz-server-side-encryption": "another algorithm",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "another key",
}
_NOT = ("StringNotEquals", "StringNotEqualsIfExists", "ArnNotEquals", "ArnNotEqualsIfExists")


class BucketDeniesOtherEncryption(PlatformRule):
    """A request may name its own encryption; a bucket's policy denies another algorithm and another key.

    Control 51. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """

    id = "E9026"
    types = ("AWS::S3::Bucket",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """One Deny of s3:PutObject for each header."""
        found = bucket_statements(resource, template)
        denied = {header for it in found if isinstance(it, Statement) for header in _denied(it)}
        hidden = next((_hidden(it) for it in found if _hidden(it)), None)
        for header, what in _HEADERS.items():
            if header not in denied and hidden:
                yield (), undecided(hidden, "a bucket policy")[1]
            elif header not in denied:
                yield (), f"objects under {what} are accepted; deny s3:PutObject where {header} is not the platform's"


def _hidden(found: Statement | PropertyValue) -> PropertyValue | None:
    if isinstance(found, PropertyValue):
        return found
    condition = found.raw.get("Condition") or {}
    return PropertyValue((*found.path, "Condition"), condition) if is_intrinsic(condition) else None


def _denied(statement: Statement) -> set[str]:
    """The headers whose other values the statement refuses."""
    condition = statement.raw.get("Condition") or {}
    if statement.allows or is_intrinsic(condition) or not statement.covers("s3:PutObject"):
        return set()
    return {key for operator in _NOT for key in condition.get(operator, {}) if key in _HEADERS}
