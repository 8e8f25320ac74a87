"""Keys are rotated."""

from generators.rules._rule import PlatformRule, Verdicts, must_be, undecided
from generators.rules._template import Resource, Template

_ROTATABLE = {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}


class KmsKeyRotationEnabled(PlatformRule):
    """Rotation bounds what is lost with one key's material; KMS rotates symmetric keys of its own making only.

    Control 54 [KMS.4]. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """

    id = "E9039"
    types = ("AWS::KMS::Key",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Asked of the keys for which it can be had."""
        for setting, value in _ROTATABLE.items():
            for place in resource.at(setting):
                if place.undecided:
                    yield undecided(place, f"whether it can be rotated ({setting})")
                elif not place.missing and place.value != value:
                    return
        for place in resource.at("EnableKeyRotation"):
            yield from must_be(template, place, "EnableKeyRotation", "true")
