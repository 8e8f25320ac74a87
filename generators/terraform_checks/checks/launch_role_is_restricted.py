"""Who may take a launch role is named and fenced."""

import json
from typing import Any

from generators.terraform_checks import policy_exposure
from generators.terraform_checks.check import Answers, Check, CheckContext, wrong
from generators.terraform_checks.plan import Plan, Resource

_CATALOGUE = "servicecatalog.amazonaws.com"
_POLICY = "assume_role_policy"


class LaunchRoleIsRestricted(Check):
    """A launch role may more than any user, so that Service Catalog alone takes it, for this account's launches only.

    Control 39. https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
    """

    types = ("aws_iam_role",)

    def asks(self, resource: Resource, facts: CheckContext) -> bool:
        """Launch roles are those that Service Catalog may take."""
        return _CATALOGUE in _text(resource.at(_POLICY)) or str(resource.at("name")).startswith("launch-")

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Asked for a stranger, for every other service, and for Service Catalog in an account of nobody's."""
        policy = resource.at(_POLICY)
        if trouble := tuple(policy_exposure.undecidable(policy, _POLICY)):
            yield from trouble
            return
        if policy_exposure.exposed_actions(policy, policy_exposure.STRANGER):
            yield wrong("its trust lets anybody in; name Service Catalog only")
        for name in policy_exposure.services(policy):
            if name != _CATALOGUE:
                yield wrong(f"its trust lets {name} in; name Service Catalog only")
            elif policy_exposure.exposed_actions(policy, policy_exposure.service(name)):
                yield wrong("Service Catalog takes it for any account; ask for aws:SourceAccount")
        if policy_exposure.accounts(policy):
            yield wrong("its trust lets an account's roles in; name Service Catalog only")


def _text(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy, default=str)
