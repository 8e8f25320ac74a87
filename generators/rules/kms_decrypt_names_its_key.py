"""KMS keys that a policy allows for decryption."""

from generators.rules._property_values import PropertyValue, is_intrinsic, literal_text
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import IDENTITY_POLICIES, Statement, identity_statements
from generators.rules._template import Resource, Template

_ACTIONS = ("kms:Decrypt", "kms:ReEncryptFrom")


class KmsDecryptNamesItsKey(PlatformRule):
    """Check every Allow that includes decryption."""

    id = "E9013"
    shortdesc = "Policies must name the keys that they allow for decryption."
    description = "A role that decrypts with any key makes keys useless for separating data."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html"
    controls = (56,)
    security_hub_ids = ("KMS.1", "KMS.2")
    types = tuple(IDENTITY_POLICIES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for statement in identity_statements(resource):
            if isinstance(statement, PropertyValue):
                yield unresolved(statement, "a statement")
            elif statement.allows and any(statement.covers(action) for action in _ACTIONS):
                yield from _targets(statement, template)


def _targets(statement: Statement, template: Template) -> Problems:
    if "NotResource" in statement.raw:
        yield (*statement.path, "NotResource"), "all keys but some can be used; name the key's ARN in Resource"
    for target in statement.items("Resource"):
        prop = PropertyValue((*statement.path, "Resource"), target)
        text = literal_text(target)
        if text == "*" or (text or "").endswith(":key/*"):
            yield prop.path, "every key can be used to decrypt; take the key from a contract, as spoke.data_key_arn is"
        elif text is None and not template.contract(target) and not (is_intrinsic(target) and "Fn::GetAtt" in target):
            yield unresolved(prop, "the key")
