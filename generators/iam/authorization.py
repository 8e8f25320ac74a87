"""What all policies that count for a request decide together. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from generators.iam.evaluation import AuthorizationRequest, Decision, PrincipalMatch, answer

Documents = tuple[str, ...]
# What a resource's policy within the account goes past when it names the session or the user itself, not its role:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
_LIFTED = ("a permissions boundary", "a session policy")


@dataclass(frozen=True, slots=True)
class Policies:
    """Every policy that counts, as JSON. None: there is no such policy, so it bounds nothing."""

    identity: Documents = ()
    boundary: Documents | None = None
    session: Documents | None = None
    control: tuple[Documents, ...] = ()  # service control policies of each level, from the root to the account
    resource: Documents | None = None
    foreign: bool = False  # the resource is another account's, so both sides must allow
    guarded: bool = False  # keys and trust: without its own policy's word nobody passes, not even within the account


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be done; `why` ends AWS's sentence for a refusal, "" when it is allowed."""

    allowed: bool
    why: str = ""


def authorize(question: AuthorizationRequest, policies: Policies) -> Verdict:
    """An explicit deny anywhere, then each bound, then who allows. Raises PolicyError for what IAM does not know."""
    asked = question if policies.boundary is None else replace(question, bounded=True)
    bounds = _bounds(policies)
    kinds = [*bounds, ("an identity-based policy", policies.identity)]
    answers = [(kind, answer(documents, asked)[0]) for kind, documents in kinds]
    shared, named = answer(policies.resource or (), asked)
    for kind, said in [*answers, ("a resource-based policy", shared)]:
        if said is Decision.DENY:
            return Verdict(False, f"with an explicit deny in {kind}")
    lifted = _LIFTED if named is PrincipalMatch.ITSELF and not policies.foreign else ()
    for kind, said in answers[: len(bounds)]:
        if said is Decision.NONE and kind not in lifted:
            return _nobody(question, kind)
    return _allowed(question, policies, answers[-1][1] is not Decision.NONE, shared)


def _bounds(policies: Policies) -> list[tuple[str, Documents]]:
    """What can only take away: each of them must allow as well."""
    found = [("a service control policy", documents) for documents in policies.control]
    for kind, documents in zip(_LIFTED, (policies.boundary, policies.session), strict=True):
        found += [(kind, documents)] if documents is not None else []
    return found


def _allowed(question: AuthorizationRequest, policies: Policies, own: bool, shared: Decision) -> Verdict:
    """Within an account one side is enough if it names the caller; a guarded or foreign resource wants its own word."""
    if shared is Decision.NONE and (policies.foreign or policies.guarded):
        return _nobody(question, "a resource-based policy")
    if own or (shared is Decision.DIRECT and not policies.foreign):
        return Verdict(True)
    return _nobody(question, "an identity-based policy")


def _nobody(question: AuthorizationRequest, kind: str) -> Verdict:
    return Verdict(False, f"because no {kind.split(' ', 1)[1]} allows the {question.action} action")
