"""Buckets speak TLS only."""

from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import Statement, bucket_statements
from generators.rules._template import Resource, Template


class BucketRequiresTls(PlatformRule):
    """Every bucket has a policy that denies everybody everything without TLS.

    Control 50 [S3.5]. https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
    """

    id = "E9006"
    types = ("AWS::S3::Bucket",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """One of the bucket's policies says it."""
        found = bucket_statements(resource, template)
        if any(isinstance(it, Statement) and _denies(it) for it in found):
            return
        hidden = next((it for it in found if isinstance(it, PropertyValue)), None)
        if hidden:
            yield (), undecided(hidden, "a bucket policy")[1]
        else:
            yield (), "plain HTTP is not denied; add a policy with Deny s3:* for aws:SecureTransport false"


def _denies(statement: Statement) -> bool:
    raw = statement.raw
    condition: Any = raw.get("Condition") or {}
    transport = {} if is_intrinsic(condition) else condition.get("Bool", {})
    everybody = raw.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    plain = len(condition) == 1 and str(transport.get("aws:SecureTransport", "")).lower() == "false"
    return raw.get("Effect") == "Deny" and everybody and plain and statement.covers("s3:AnyAction")
