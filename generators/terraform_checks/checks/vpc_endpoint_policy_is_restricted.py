"""Endpoints carry requests of the organisation only."""

import re

from generators.terraform_checks import policy_exposure
from generators.terraform_checks.check import Answers, Check, CheckContext, wrong
from generators.terraform_checks.plan import Plan, Resource

_HOLDS_DATA = (".s3", ".dynamodb")
_BUCKET = r"arn:aws[\w-]*:s3:::({})/x"
_READ = (  # layers of images, packages of CodeArtifact, programs of EMR and of its machines
    r"prod-[a-z0-9-]+-starport-layer-bucket|assets-x-[a-z0-9-]+|prod\.[a-z0-9-]+\.appinfo\.src"
    r"|repo\.[a-z0-9-]+\.emr\.amazonaws\.com|al2023-repos-[a-z0-9-]+-x"
)
# Buckets of AWS: those above are read and nothing else, and functions of custom resources answer CloudFormation in one.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
# https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
_OF_AWS = {
    "s3:GetObject": re.compile(_BUCKET.format(_READ)),
    "s3:PutObject": re.compile(_BUCKET.format(r"cloudformation-custom-resource-response-[a-z0-9]+")),
}


class VpcEndpointPolicyIsRestricted(Check):
    """Credentials of another organisation, and its buckets, would otherwise be a way out through our own endpoint.

    Control 63. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """

    types = ("aws_vpc_endpoint",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Asked for a stranger, and where data can be put for whoever asks for somebody else's."""
        policy = resource.at("policy")
        if trouble := tuple(policy_exposure.undecidable(policy)):
            yield from trouble
            return
        if found := _opened(policy, policy_exposure.STRANGER):
            yield wrong(f"it carries {found} of strangers; ask for aws:PrincipalOrgID")
        if str(resource.at("service_name")).endswith(_HOLDS_DATA) and (
            found := _opened(policy, policy_exposure.WITH_SOMEBODY_ELSES)
        ):
            yield wrong(f"it carries {found} to what is somebody else's; ask for aws:ResourceOrgID")


def _opened(policy: str, caller: policy_exposure.Caller) -> str:
    found = [
        action
        for action, resource in policy_exposure.exposed_actions(policy, caller)
        if not (action in _OF_AWS and _OF_AWS[action].fullmatch(resource))
    ]
    return found[0] if found else ""
