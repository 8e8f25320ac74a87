"""Authorizes a request as IAM does. Reads moto and the stores; changes nothing.

Evaluated: identity policies (inline, managed), permissions boundary, session policy, service control policies, trust
policies (AssumeRole), iam:PassRole, resource policies (resource_lookup.py) and the use of keys by services
(kms_dependencies.py).
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable
from dataclasses import replace

from generators.iam import authorization
from generators.iam.authorization import Policies, Verdict
from generators.iam.conditions import PolicyError
from generators.iam.evaluation import AuthorizationRequest, Decision, decide
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder, ResolvedRequest
from scripts.localaws.services.iam.authorization.key_states import check_key_state
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies
from scripts.localaws.services.iam.authorization.required_actions import authorization_requests
from scripts.localaws.services.iam.authorization.resource_lookup import ResourceResolver

_DENIED = {
    "query": ("AccessDenied", 403),
    "rest-xml": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
    "rest-json": ("AccessDeniedException", 403),
    "smithy-rpc-v2-cbor": ("AccessDenied", 403),
}
# STS itself authorizes AssumeRole with the role's trust policy; GetCallerIdentity needs no permission.
_NOT_AUTHORIZED_HERE = ("AssumeRole", "GetCallerIdentity")
# Services whose requests are answered from the account that owns the resource, once both sides allow it.
_CROSS_ACCOUNT = ("kms", "sns", "sqs", "ecr", "lambda", "events", "sagemaker", "secretsmanager")
RESOURCES = "localaws.resources"  # the request's ResourceResolver in the WSGI environment


def authorize(call: AwsRequest, caller: Caller) -> str:
    """The account that owns the resource of the request. Raises AwsError when the caller is denied."""
    assert call.service is not None
    prefix = call.service.prefix
    if prefix == "sts" and call.operation in _NOT_AUTHORIZED_HERE:
        return caller.account
    builder, policies = RequestBuilder(caller, call.region), applicable_policies(caller)
    call.environ[RESOURCES] = builder.resources
    account = caller.account
    for request in authorization_requests(call, builder):
        _check(call, caller, request, builder.resources, policies)
        if request.protected and request.action.startswith("kms:"):
            check_key_state(prefix, request.action.removeprefix("kms:"), request.protected.source)
        if request.protected and request.action.startswith(f"{prefix}:") and prefix in _CROSS_ACCOUNT:
            account = builder.resources.owner(request.resource) or account
    return account


def is_allowed(caller: Caller, request: AuthorizationRequest) -> bool:
    """Whether the caller's own policies allow a request that a service makes for the caller."""
    return authorization.authorize(request, applicable_policies(caller)).allowed


def first_denied(caller: Caller, requests: Iterable[AuthorizationRequest]) -> tuple[AuthorizationRequest, str] | None:
    """The first request that the caller's own policies do not allow, and why; None when they allow all."""
    policies = applicable_policies(caller)
    verdicts = ((request, authorization.authorize(request, policies)) for request in requests)
    return next(((request, verdict.reason) for request, verdict in verdicts if not verdict.allowed), None)


def _check(
    call: AwsRequest, caller: Caller, request: ResolvedRequest, resources: ResourceResolver, policies: Policies
) -> None:
    try:
        verdict = _verdict(call, caller, request, resources, policies)
    except PolicyError as error:
        raise AwsError("MalformedPolicyDocument", f"a policy that counts for {request.action}: {error}") from None
    if not verdict.allowed:
        code, status = _DENIED[call.protocol]
        action = f"{request.action} on resource: {request.resource or '*'}"
        raise AwsError(code, f"User: {caller.arn} is not authorized to perform: {action} {verdict.reason}", status)


def _verdict(
    call: AwsRequest, caller: Caller, request: ResolvedRequest, resources: ResourceResolver, policies: Policies
) -> Verdict:
    is_new = call.operation == "CreateBucket"  # an existing bucket of this name has no say
    resource = None if is_new else request.protected
    documents = resource.policies if resource else ()
    if not caller.account:
        return _anonymous_verdict(request, documents)
    cross_account = not is_new and resources.owner(request.resource) not in ("", caller.account)
    is_required = bool(resource and resource.needs_resource_policy)
    applicable = replace(
        policies, resource=documents or None, cross_account=cross_account, requires_resource_policy=is_required
    )
    return authorization.authorize(request, applicable)


def _anonymous_verdict(request: ResolvedRequest, documents: tuple[str, ...]) -> Verdict:
    """The bucket policy alone decides on an unsigned request."""
    decision = decide(documents, request)
    if decision is Decision.DENY:
        return Verdict(False, "with an explicit deny in a resource-based policy")
    why = f"because no resource-based policy allows the {request.action} action"
    return Verdict(decision is not Decision.IMPLICIT_DENY, why)
