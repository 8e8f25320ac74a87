"""What endpoints keep is under the account's data key."""

from generators.rules._rule import PlatformRule, Verdicts, must_be_contract
from generators.rules._template import Resource, Template

# Where an endpoint keeps data only if it is asked to.
_OPTIONAL = {"DataCaptureConfig": "KmsKeyId", "AsyncInferenceConfig": "OutputConfig.KmsKeyId"}


class EndpointUsesDataKey(PlatformRule):
    """Models, requests and answers are encrypted with a key that the platform can revoke.

    Instances with local disks take no key of ours: a waiver says so and why, since their disks have a key of their own.
    Control 11. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
    """

    id = "E9036"
    types = ("AWS::SageMaker::EndpointConfig",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Volumes always; captured data and asynchronous results when there are any."""
        optional = [f"{part}.{route}" for part, route in _OPTIONAL.items() if resource.has(part)]
        for route in ("KmsKeyId", *optional):
            for place in resource.at(route):
                yield from must_be_contract(template, place, route, "spoke.data-key-arn")
