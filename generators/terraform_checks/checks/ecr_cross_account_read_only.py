"""Other accounts of the organisation read images and packages and write none."""

import re

from generators.terraform_checks import policy_exposure
from generators.terraform_checks.check import Answers, Check, CheckContext, wrong
from generators.terraform_checks.plan import Plan, Resource

_POLICIES = {
    "aws_codeartifact_domain_permissions_policy": "policy_document",
    "aws_codeartifact_repository_permissions_policy": "policy_document",
    "aws_ecr_registry_policy": "policy",
    "aws_ecr_repository_policy": "policy",
}
_READS = re.compile(r"(ecr:(BatchCheck|BatchGet|Describe|Get|List)|codeartifact:(Describe|Get|List|Read))\w*")


class EcrCrossAccountReadOnly(Check):
    """What runs everywhere is written in one place; a spoke that could push an image could run it in all the others.

    Control 65. https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
    """

    types = tuple(_POLICIES)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Asked for a stranger, who may nothing, and for another account of the organisation."""
        argument = _POLICIES[resource.type]
        policy = resource.at(argument)
        if trouble := tuple(policy_exposure.undecidable(policy, argument)):
            yield from trouble
            return
        if found := policy_exposure.exposed_actions(policy, policy_exposure.STRANGER):
            yield wrong(f"{found[0][0]} is open to anybody; ask for aws:PrincipalOrgID")
        writes = [
            it
            for it, _ in policy_exposure.exposed_actions(policy, policy_exposure.NEIGHBOUR)
            if not _READS.fullmatch(it)
        ]
        if writes:
            yield wrong(f"{writes[0]} is open to other accounts, which read and never write; take it out")
