"""Policies of VPC endpoints."""

import re

from generators.terraform_checks.model import policy_exposure
from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail
from generators.terraform_checks.model.plan import Plan, Resource

_DATA_SERVICES = (".s3", ".dynamodb")
_BUCKET = r"arn:aws[\w-]*:s3:::({})/x"
_READABLE = (  # image layers, CodeArtifact packages, EMR binaries and packages of its machines' operating system
    r"prod-[a-z0-9-]+-starport-layer-bucket|assets-x-[a-z0-9-]+|prod\.[a-z0-9-]+\.appinfo\.src"
    r"|repo\.[a-z0-9-]+\.emr\.amazonaws\.com|al2023-repos-[a-z0-9-]+-x"
)
# Buckets of AWS: those above are only read; functions of custom resources write their response to the last one.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
# https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
_AWS_BUCKETS = {
    "s3:GetObject": re.compile(_BUCKET.format(_READABLE)),
    "s3:PutObject": re.compile(_BUCKET.format(r"cloudformation-custom-resource-response-[a-z0-9]+")),
}


class VpcEndpointPolicyIsRestricted(Check):
    """Evaluate the policy for an external caller and, where a service stores data, for external resources."""

    id = "vpc-endpoint-policy-is-restricted"
    shortdesc = "VPC endpoint policies must allow callers and resources of the organization only."
    description = "Credentials or buckets of another organization would turn the endpoint into an exfiltration path."
    source_url = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
    controls = (63,)
    security_hub_ids = ()
    types = ("aws_vpc_endpoint",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        policy = resource.at("policy")
        if problems := tuple(policy_exposure.undecidable(policy)):
            yield from problems
            return
        if action := _exposed_action(policy, policy_exposure.EXTERNAL_CALLER):
            yield fail(f"it carries {action} of strangers; ask for aws:PrincipalOrgID")
        if str(resource.at("service_name")).endswith(_DATA_SERVICES) and (
            action := _exposed_action(policy, policy_exposure.EXTERNAL_RESOURCE_CALLER)
        ):
            yield fail(f"it carries {action} to what is somebody else's; ask for aws:ResourceOrgID")


def _exposed_action(policy: str, caller: policy_exposure.Caller) -> str:
    actions = [
        action
        for action, resource in policy_exposure.exposed_actions(policy, caller)
        if not (action in _AWS_BUCKETS and _AWS_BUCKETS[action].fullmatch(resource))
    ]
    return actions[0] if actions else ""
