"""Cross-account access to images and packages."""

import re

from generators.terraform_checks.model import policy_exposure
from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail
from generators.terraform_checks.model.plan import Plan, Resource

_POLICIES = {
    "aws_codeartifact_domain_permissions_policy": "policy_document",
    "aws_codeartifact_repository_permissions_policy": "policy_document",
    "aws_ecr_registry_policy": "policy",
    "aws_ecr_repository_policy": "policy",
}
_READ_ACTIONS = re.compile(r"(ecr:(BatchCheck|BatchGet|Describe|Get|List)|codeartifact:(Describe|Get|List|Read))\w*")


class EcrCrossAccountReadOnly(Check):
    """Evaluate the policy for an external caller and for another account of the organization."""

    id = "ecr-cross-account-read-only"
    shortdesc = "Policies of ECR and CodeArtifact must let other accounts of the organization read only."
    description = "A spoke that could push an image could run it in every other account."
    source_url = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html"
    controls = (65,)
    security_hub_ids = ()
    types = tuple(_POLICIES)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        argument = _POLICIES[resource.type]
        policy = resource.at(argument)
        if problems := tuple(policy_exposure.undecidable(policy, argument)):
            yield from problems
            return
        if exposed := policy_exposure.exposed_actions(policy, policy_exposure.EXTERNAL_CALLER):
            yield fail(f"{exposed[0][0]} is open to anybody; ask for aws:PrincipalOrgID")
        writes = [
            action
            for action, _ in policy_exposure.exposed_actions(policy, policy_exposure.CROSS_ACCOUNT_CALLER)
            if not _READ_ACTIONS.fullmatch(action)
        ]
        if writes:
            yield fail(f"{writes[0]} is open to other accounts, which read and never write; take it out")
