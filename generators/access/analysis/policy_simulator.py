"""Decides requests of an account's roles; each role's policies are serialized once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generators.access.access_matrix import AccessRule, AccountPolicies, authorization_request, role_arn
from generators.access.roles import Role, document
from generators.iam.authorization import Policies, authorize
from generators.iam.conditions import as_tuple, matches


@dataclass(frozen=True, slots=True)
class PolicySimulator:
    """The decisions of one account, as IAM's policy simulator gives them."""

    account: AccountPolicies
    _policies: dict[str, Policies] = field(default_factory=dict)
    _actions: dict[tuple[str, str], bool] = field(default_factory=dict)

    def is_allowed(self, role: Role, action: str, resource: str, context: Mapping[str, str]) -> bool:
        """Whether a session of the role is allowed the request."""
        if not self._has_action(role, action):  # spares most decisions
            return False
        return authorize(authorization_request(role, action, resource, context), self._of(role)).allowed

    def satisfies(self, role: Role, rule: AccessRule) -> bool:
        """Whether the role is allowed the request of an access rule."""
        return self.is_allowed(role, rule.action, rule.resource, rule.context)

    def can_assume(self, role: Role, target: Role) -> bool:
        """Whether the role is allowed sts:AssumeRole on the target, by its own policies and the target's trust."""
        request = authorization_request(
            role, "sts:AssumeRole", role_arn(target.name), {"aws:MultiFactorAuthPresent": "true"}
        )
        trust = (document(target.trust),) if target.trust else None
        return authorize(request, replace(self._of(role), resource=trust, requires_resource_policy=True)).allowed

    def _of(self, role: Role) -> Policies:
        if role.name not in self._policies:
            self._policies[role.name] = self.account.policies(role)
        return self._policies[role.name]

    def _has_action(self, role: Role, action: str) -> bool:
        """Whether a statement of the role allows the action on any resource."""
        key = role.name, action
        if key not in self._actions:
            self._actions[key] = any(_covers(statement, action) for statement in role.statements)
        return self._actions[key]


def _covers(statement: Mapping[str, object], action: str) -> bool:
    patterns = as_tuple(statement.get("Action", "*"))  # NotAction: assume that it covers the action
    return statement["Effect"] == "Allow" and any(matches(str(text).lower(), action.lower()) for text in patterns)
