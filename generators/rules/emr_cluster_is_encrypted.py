"""Clusters encrypt what they keep and what they say."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be, must_be_contract, undecided
from generators.rules._template import Resource, Template, referenced

_ENCRYPTION = "SecurityConfiguration.EncryptionConfiguration"
_AT_REST = f"{_ENCRYPTION}.AtRestEncryptionConfiguration"
_SWITCHES = {
    f"{_ENCRYPTION}.EnableInTransitEncryption": ("true",),
    f"{_ENCRYPTION}.EnableAtRestEncryption": ("true",),
    f"{_AT_REST}.S3EncryptionConfiguration.EncryptionMode": ("SSE-KMS", "CSE-KMS"),
    f"{_AT_REST}.LocalDiskEncryptionConfiguration.EncryptionKeyProviderType": ("AwsKms",),
    f"{_AT_REST}.LocalDiskEncryptionConfiguration.EnableEbsEncryption": ("true",),
}
_KEYS = tuple(f"{_AT_REST}.{part}EncryptionConfiguration.AwsKmsKey" for part in ("S3", "LocalDisk"))
_CONFIGURATION = "AWS::EMR::SecurityConfiguration"
_APPLICATION = "AWS::EMRServerless::Application"
# AWS keeps a copy of the logs for itself where nothing is said.
_COPY = "MonitoringConfiguration.ManagedPersistenceMonitoringConfiguration"


class EmrClusterIsEncrypted(PlatformRule):
    """A cluster spreads the team's data over many machines: disks, files and traffic are encrypted, with our key.

    Control 51. https://docs.aws.amazon.com/securityhub/latest/userguide/emr-controls.html
    """

    id = "E9048"
    types = ("AWS::EMR::Cluster", _CONFIGURATION, _APPLICATION)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The configuration, that a cluster has one of this template, and that no logs leave our key."""
        if resource.type == _CONFIGURATION:
            yield from _configuration(resource, template)
        elif resource.type == _APPLICATION:
            for place in resource.at(f"{_COPY}.Enabled"):
                yield from must_be(template, place, "ManagedPersistenceMonitoringConfiguration.Enabled", "false")
        else:
            for place in resource.at("SecurityConfiguration"):
                yield from _refers(template, place)


def _configuration(resource: Resource, template: Template) -> Verdicts:
    for route, accepted in _SWITCHES.items():
        for place in resource.at(route):
            yield from must_be(template, place, route.split(".")[-1], *accepted)
    for route in _KEYS:
        for place in resource.at(route):
            yield from must_be_contract(template, place, ".".join(route.split(".")[-2:]), "spoke.data-key-arn")


def _refers(template: Template, place: PropertyValue) -> Verdicts:
    made_here = {it.name for it in template.resources(_CONFIGURATION)}
    if place.undecided and not referenced(place.value):
        yield undecided(place, "SecurityConfiguration")
    elif referenced(place.value) not in made_here:
        yield place.path, "the cluster has no security configuration of this template; refer to one"
