"""Rotation of KMS keys."""

from generators.rules._rule import PlatformRule, Problems, require_value, unresolved
from generators.rules._template import Resource, Template

_ROTATABLE = {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}


class KmsKeyRotationEnabled(PlatformRule):
    """Check the keys that KMS can rotate."""

    id = "E9039"
    shortdesc = "KMS keys must rotate."
    description = (
        "Rotation limits the data under one key's material. KMS rotates only symmetric keys whose material it "
        "generated."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
    controls = (54,)
    security_hub_ids = ("KMS.4",)
    types = ("AWS::KMS::Key",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for setting, value in _ROTATABLE.items():
            for prop in resource.at(setting):
                if prop.unresolved:
                    yield unresolved(prop, f"whether it can be rotated ({setting})")
                elif not prop.missing and prop.value != value:
                    return
        for prop in resource.at("EnableKeyRotation"):
            yield from require_value(template, prop, "EnableKeyRotation", "true")
