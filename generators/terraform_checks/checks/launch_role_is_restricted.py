"""Trust policies of launch roles."""

import json
from typing import Any

from generators.terraform_checks.model import policy_exposure
from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail
from generators.terraform_checks.model.plan import Plan, Resource

_SERVICE_CATALOG = "servicecatalog.amazonaws.com"
_POLICY = "assume_role_policy"


class LaunchRoleIsRestricted(Check):
    """Evaluate the trust policy for an external caller, other services, and Service Catalog in another account."""

    id = "launch-role-is-restricted"
    shortdesc = "Launch roles must trust Service Catalog alone, for this account's launches only."
    description = "A launch role has more permissions than any user."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"
    controls = (39,)
    security_hub_ids = ()
    types = ("aws_iam_role",)

    def applies_to(self, resource: Resource, context: CheckContext) -> bool:
        """True for roles that Service Catalog may assume."""
        return _SERVICE_CATALOG in _text(resource.at(_POLICY)) or str(resource.at("name")).startswith("launch-")

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        policy = resource.at(_POLICY)
        if problems := tuple(policy_exposure.undecidable(policy, _POLICY)):
            yield from problems
            return
        if policy_exposure.exposed_actions(policy, policy_exposure.EXTERNAL_CALLER):
            yield fail("its trust lets anybody in; name Service Catalog only")
        for name in policy_exposure.services(policy):
            if name != _SERVICE_CATALOG:
                yield fail(f"its trust lets {name} in; name Service Catalog only")
            elif policy_exposure.exposed_actions(policy, policy_exposure.service_caller(name)):
                yield fail("Service Catalog takes it for any account; ask for aws:SourceAccount")
        if policy_exposure.accounts(policy):
            yield fail("its trust lets an account's roles in; name Service Catalog only")


def _text(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy, default=str)
