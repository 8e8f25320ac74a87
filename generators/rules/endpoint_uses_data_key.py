"""Encryption of endpoints."""

from generators.rules._rule import PlatformRule, Problems, require_contract
from generators.rules._template import Resource, Template

# Optional parts of an endpoint configuration that store data, and their keys.
_OPTIONAL = {"DataCaptureConfig": "KmsKeyId", "AsyncInferenceConfig": "OutputConfig.KmsKeyId"}


class EndpointUsesDataKey(PlatformRule):
    """Check volumes always; captured data and asynchronous results when they are configured."""

    id = "E9036"
    shortdesc = "Endpoints must encrypt volumes, captured data and asynchronous results with the account's data key."
    description = (
        "Instances with local disks accept no customer key: a waiver gives the reason, since the disks have their own"
        " key."
    )
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html"
    controls = (11,)
    security_hub_ids = ()
    types = ("AWS::SageMaker::EndpointConfig",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        optional = [f"{part}.{property_path}" for part, property_path in _OPTIONAL.items() if resource.has(part)]
        for property_path in ("KmsKeyId", *optional):
            for prop in resource.at(property_path):
                yield from require_contract(template, prop, property_path, "spoke.data-key-arn")
