"""TLS for requests to buckets."""

from generators.rules._property_values import PropertyValue, UnreadableValue
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import Statement, bucket_statements
from generators.rules._template import Resource, Template


class BucketRequiresTls(PlatformRule):
    """Expect one of the bucket's policies to deny everything to everybody without TLS."""

    id = "E9006"
    shortdesc = "Bucket policies must deny every request without TLS."
    description = "Requests over plain HTTP can be read and changed on the way."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html"
    controls = (50,)
    security_hub_ids = ("S3.5",)
    types = ("AWS::S3::Bucket",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        statements = bucket_statements(resource, template)
        if any(isinstance(item, Statement) and _denies_http(item) for item in statements):
            return
        hidden = next((item for item in statements if isinstance(item, PropertyValue)), None)
        if hidden:
            yield (), unresolved(hidden, "a bucket policy")[1]
        else:
            yield (), "plain HTTP is not denied; add a policy with Deny s3:* for aws:SecureTransport false"


def _denies_http(statement: Statement) -> bool:
    raw, condition = statement.raw, statement.condition()
    try:
        operators, transport = condition.properties(), condition.item("Bool").properties()
    except UnreadableValue:
        return False
    everybody = raw.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    is_alone = len(operators) == len(transport) == 1
    only_http = is_alone and str(transport.get("aws:SecureTransport", "")).lower() == "false"
    return raw.get("Effect") == "Deny" and everybody and only_http and statement.covers("s3:AnyAction")
