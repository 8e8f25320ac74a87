"""The decision of all policies that apply to a request. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from generators.iam.evaluation import AuthorizationRequest, Decision, PrincipalMatch, evaluate

Documents = tuple[str, ...]
# Within the account these do not limit a resource-based policy that names the session or the user itself:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
_BYPASSED_BY_PRINCIPAL = ("a permissions boundary", "a session policy")


@dataclass(frozen=True, slots=True)
class Policies:
    """Every policy that applies, as JSON. None: there is no such policy, so it limits nothing."""

    identity: Documents = ()
    boundary: Documents | None = None
    session: Documents | None = None
    service_control_policies: tuple[Documents, ...] = ()  # of each level, from the root to the account
    resource: Documents | None = None
    cross_account: bool = False  # the resource belongs to another account, so both sides must allow
    requires_resource_policy: bool = False  # KMS keys and trust: without its own policy nobody has access


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of an authorization; `reason` ends AWS's sentence for a denial, "" when the request is allowed."""

    allowed: bool
    reason: str = ""


def authorize(request: AuthorizationRequest, policies: Policies) -> Verdict:
    """An explicit deny anywhere, then each limit, then who allows. Raises PolicyError for what IAM does not know."""
    request = request if policies.boundary is None else replace(request, has_boundary=True)
    limits = _limits(policies)
    kinds = [*limits, ("an identity-based policy", policies.identity)]
    decisions = [(kind, evaluate(documents, request)[0]) for kind, documents in kinds]
    by_resource, principal = evaluate(policies.resource or (), request)
    for kind, decision in [*decisions, ("a resource-based policy", by_resource)]:
        if decision is Decision.DENY:
            return Verdict(False, f"with an explicit deny in {kind}")
    bypasses = principal is PrincipalMatch.PRINCIPAL and not policies.cross_account
    for kind, decision in decisions[: len(limits)]:
        if decision is Decision.IMPLICIT_DENY and not (bypasses and kind in _BYPASSED_BY_PRINCIPAL):
            return _implicit_deny(request, kind)
    return _allowed(request, policies, decisions[-1][1] is not Decision.IMPLICIT_DENY, by_resource)


def _limits(policies: Policies) -> list[tuple[str, Documents]]:
    """Policies that grant nothing; each of them must allow the request as well."""
    limits = [("a service control policy", documents) for documents in policies.service_control_policies]
    for kind, documents in zip(_BYPASSED_BY_PRINCIPAL, (policies.boundary, policies.session), strict=True):
        limits += [(kind, documents)] if documents is not None else []
    return limits


def _allowed(request: AuthorizationRequest, policies: Policies, by_identity: bool, by_resource: Decision) -> Verdict:
    """Within an account one side is enough if it names the caller; otherwise the resource's policy must allow too."""
    if by_resource is Decision.IMPLICIT_DENY and (policies.cross_account or policies.requires_resource_policy):
        return _implicit_deny(request, "a resource-based policy")
    if by_identity or (by_resource is Decision.ALLOW_PRINCIPAL and not policies.cross_account):
        return Verdict(True)
    return _implicit_deny(request, "an identity-based policy")


def _implicit_deny(request: AuthorizationRequest, kind: str) -> Verdict:
    return Verdict(False, f"because no {kind.split(' ', 1)[1]} allows the {request.action} action")
