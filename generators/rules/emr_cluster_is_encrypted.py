"""Encryption of EMR clusters and EMR Serverless applications."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_contract, require_value, unresolved
from generators.rules._template import Resource, Template, logical_id

_ENCRYPTION = "SecurityConfiguration.EncryptionConfiguration"
_AT_REST = f"{_ENCRYPTION}.AtRestEncryptionConfiguration"
_SETTINGS = {
    f"{_ENCRYPTION}.EnableInTransitEncryption": ("true",),
    f"{_ENCRYPTION}.EnableAtRestEncryption": ("true",),
    f"{_AT_REST}.S3EncryptionConfiguration.EncryptionMode": ("SSE-KMS", "CSE-KMS"),
    f"{_AT_REST}.LocalDiskEncryptionConfiguration.EncryptionKeyProviderType": ("AwsKms",),
    f"{_AT_REST}.LocalDiskEncryptionConfiguration.EnableEbsEncryption": ("true",),
}
_KEYS = tuple(f"{_AT_REST}.{part}EncryptionConfiguration.AwsKmsKey" for part in ("S3", "LocalDisk"))
_CONFIGURATION = "AWS::EMR::SecurityConfiguration"
_APPLICATION = "AWS::EMRServerless::Application"
# AWS keeps a copy of the logs unless it is switched off.
_LOG_COPY = "MonitoringConfiguration.ManagedPersistenceMonitoringConfiguration"


class EmrClusterIsEncrypted(PlatformRule):
    """Check security configurations, that each cluster has one of this template, and that AWS keeps no copy of logs."""

    id = "E9048"
    shortdesc = "EMR clusters must encrypt disks, files and traffic with the account's data key."
    description = "A cluster spreads the team's data over many machines."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/emr-controls.html"
    controls = (51,)
    security_hub_ids = ()
    types = ("AWS::EMR::Cluster", _CONFIGURATION, _APPLICATION)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        if resource.type == _CONFIGURATION:
            yield from _configuration(resource, template)
        elif resource.type == _APPLICATION:
            for prop in resource.at(f"{_LOG_COPY}.Enabled"):
                yield from require_value(template, prop, "ManagedPersistenceMonitoringConfiguration.Enabled", "false")
        else:
            for prop in resource.at("SecurityConfiguration"):
                yield from _reference(template, prop)


def _configuration(resource: Resource, template: Template) -> Problems:
    for property_path, accepted in _SETTINGS.items():
        for prop in resource.at(property_path):
            yield from require_value(template, prop, property_path.split(".")[-1], *accepted)
    for property_path in _KEYS:
        for prop in resource.at(property_path):
            yield from require_contract(template, prop, ".".join(property_path.split(".")[-2:]), "spoke.data-key-arn")


def _reference(template: Template, prop: PropertyValue) -> Problems:
    own_configurations = {resource.name for resource in template.resources(_CONFIGURATION)}
    if prop.unresolved and not logical_id(prop.value):
        yield unresolved(prop, "SecurityConfiguration")
    elif logical_id(prop.value) not in own_configurations:
        yield prop.path, "the cluster has no security configuration of this template; refer to one"
