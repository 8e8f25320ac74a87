"""Nobody decrypts with just any key."""

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import IDENTITY, Statement, identity_statements
from generators.rules._template import Resource, Template

_ACTIONS = ("kms:Decrypt", "kms:ReEncryptFrom")


class KmsDecryptNamesItsKey(PlatformRule):
    """A role decrypts with the keys that it names; otherwise the key no longer separates the data.

    Control 56 [KMS.1, KMS.2]. https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html
    """

    id = "E9013"
    types = tuple(IDENTITY)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Every Allow that includes decryption."""
        for found in identity_statements(resource):
            if isinstance(found, PropertyValue):
                yield undecided(found, "a statement")
            elif found.allows and any(found.covers(action) for action in _ACTIONS):
                yield from _targets(found, template)


def _targets(statement: Statement, template: Template) -> Verdicts:
    if "NotResource" in statement.raw:
        yield (*statement.path, "NotResource"), "all keys but some can be used; name the key's ARN in Resource"
    for target in statement.items("Resource"):
        place = PropertyValue((*statement.path, "Resource"), target)
        text = target.get("Fn::Sub", "") if is_intrinsic(target) else target
        if str(text) == "*" or str(text).endswith(":key/*"):
            yield place.path, "every key can be used to decrypt; take the key from a contract, as spoke.data_key_arn is"
        elif is_intrinsic(target) and not (template.contract(target) or "Fn::GetAtt" in target or text):
            yield undecided(place, "the key")
