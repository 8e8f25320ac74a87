"""Decides one authorization request under the policies of its principal and of the resource. Reads moto and the stores.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from dataclasses import replace

from generators.iam import authorization
from generators.iam.authorization import Policies, Verdict
from generators.iam.conditions import PolicyError
from generators.iam.evaluation import Decision, decide
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.iam.authorization.authorization_request import ResolvedRequest
from scripts.localaws.services.iam.authorization.resource_lookup import ResourceResolver


def verdict(
    caller: Caller, request: ResolvedRequest, resources: ResourceResolver, policies: Policies, *, is_new: bool = False
) -> Verdict:
    """The verdict of all policies. `is_new`: an existing resource of this name has no say. Raises AwsError."""
    resource = None if is_new else request.protected
    documents = resource.policies if resource else ()
    try:
        if not caller.account:
            return _anonymous_verdict(request, documents)
        cross_account = not is_new and resources.owner(request.resource) not in ("", caller.account)
        is_required = bool(resource and resource.needs_resource_policy)
        applicable = replace(
            policies, resource=documents or None, cross_account=cross_account, requires_resource_policy=is_required
        )
        return authorization.authorize(request, applicable)
    except PolicyError as error:
        raise AwsError("MalformedPolicyDocument", f"a policy that counts for {request.action}: {error}") from None


def sentence(caller: Caller, request: ResolvedRequest, reason: str) -> str:
    """AWS's sentence for a denial.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    action = f"{request.action} on resource: {request.resource or '*'}"
    return f"User: {caller.arn} is not authorized to perform: {action} {reason}"


def _anonymous_verdict(request: ResolvedRequest, documents: tuple[str, ...]) -> Verdict:
    """The bucket policy alone decides on an unsigned request."""
    decision = decide(documents, request)
    if decision is Decision.DENY:
        return Verdict(False, "with an explicit deny in a resource-based policy")
    why = f"because no resource-based policy allows the {request.action} action"
    return Verdict(decision is not Decision.IMPLICIT_DENY, why)
