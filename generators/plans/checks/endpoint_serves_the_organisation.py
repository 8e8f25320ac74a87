"""Endpoints carry requests of the organisation only."""

import re

from generators.plans import doors
from generators.plans.check import Answers, Check, Facts, wrong
from generators.plans.plan import Plan, Resource

_HOLDS_DATA = (".s3", ".dynamodb")
# Buckets of AWS that hold the layers of images and the packages of CodeArtifact; they are read and nothing else.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
_OF_AWS = re.compile(r"arn:aws[\w-]*:s3:::(prod-[a-z0-9-]+-starport-layer-bucket|assets-x-[a-z0-9-]+)/x")


class EndpointServesTheOrganisation(Check):
    """Credentials of another organisation, and its buckets, would otherwise be a way out through our own endpoint.

    Control 63. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """

    types = ("aws_vpc_endpoint",)

    def judge(self, resource: Resource, plan: Plan, facts: Facts) -> Answers:
        """Asked for a stranger, and where data can be put for whoever asks for somebody else's."""
        policy = resource.at("policy")
        if trouble := tuple(doors.unasked(policy)):
            yield from trouble
            return
        if found := _opened(policy, doors.STRANGER):
            yield wrong(f"it carries {found} of strangers; ask for aws:PrincipalOrgID")
        if str(resource.at("service_name")).endswith(_HOLDS_DATA) and (
            found := _opened(policy, doors.WITH_SOMEBODY_ELSES)
        ):
            yield wrong(f"it carries {found} to what is somebody else's; ask for aws:ResourceOrgID")


def _opened(policy: str, caller: doors.Caller) -> str:
    found = [
        action
        for action, resource in doors.opened(policy, caller)
        if not (action == "s3:GetObject" and _OF_AWS.fullmatch(resource))
    ]
    return found[0] if found else ""
