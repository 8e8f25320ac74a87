"""May this caller do what the request asks? Reads what moto and we hold; changes nothing.

Counts: identity policies (inline, managed), permissions boundary, session policy, service control policies, trust (for
AssumeRole), iam:PassRole, the policies on things (things.py) and the use of keys by services (uses.py).
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from generators.iam.authorization import Verdict
from generators.iam.authorization import authorize as judged
from generators.iam.conditions import Context, PolicyError, Values
from generators.iam.evaluation import AuthorizationRequest, Decision, decide
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.services.iam.authorization import condition_keys
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies
from scripts.localaws.services.iam.authorization.required_actions import required_actions
from scripts.localaws.services.iam.authorization.resource_lookup import ProtectedResource, owner
from scripts.localaws.services.s3.policy import bucket_of

_DENIED = {
    "query": ("AccessDenied", 403),
    "rest-xml": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
    "rest-json": ("AccessDeniedException", 403),
    "smithy-rpc-v2-cbor": ("AccessDenied", 403),
}


_OWN_WAY = ("AssumeRole", "GetCallerIdentity")  # judged by STS itself with the role's trust, and free to all
# Services whose things are reached in the account that owns them, once both sides allow it.
_REACHED = ("kms", "sns", "sqs", "ecr", "lambda", "events", "sagemaker", "secretsmanager")


def authorize(call: AwsRequest, caller: Caller) -> str:
    """The account whose thing is meant. Raises AwsError when the caller may not."""
    assert call.service is not None
    if call.service.prefix == "sts" and call.operation in _OWN_WAY:
        return caller.account
    reached = caller.account
    for action, arn, more in required_actions(call, caller):
        question, thing = _question(caller, _region(call, arn), action, arn, more)
        _check(call, caller, question, thing)
        if thing and action.startswith(f"{call.service.prefix}:") and call.service.prefix in _REACHED:
            reached = owner(arn) or reached
    return reached


def _region(call: AwsRequest, arn: str | None) -> str:
    """S3 sends whoever asks elsewhere to the bucket's own region, and judges there."""
    bucket = bucket_of(arn or "") if call.streams else None
    return str(bucket.region_name) if bucket else call.region


def ask(caller: Caller, region: str, action: str, arn: str | None, more: Mapping[str, Values]) -> AuthorizationRequest:
    """The question whether the caller may do this to that, with every condition key that is known of both."""
    return _question(caller, region, action, arn, more)[0]


def _question(
    caller: Caller, region: str, action: str, arn: str | None, more: Mapping[str, Values]
) -> tuple[AuthorizationRequest, ProtectedResource | None]:
    hanging, known, thing = condition_keys.resource_context(arn, region)
    seen = condition_keys.context(caller, region, {**hanging, **more}).values
    where = Context(seen, lambda key: key.startswith(known) or condition_keys.knows(key))
    return AuthorizationRequest(action, arn, where, {"AWS": _aliases(caller)}, caller.account), thing


def may(caller: Caller, question: AuthorizationRequest) -> bool:
    """Whether the caller's own side allows it, for what services of ours do on somebody's behalf."""
    return judged(question, applicable_policies(caller)).allowed


def first_refused(caller: Caller, questions: Iterable[AuthorizationRequest]) -> tuple[AuthorizationRequest, str] | None:
    """The first thing that the caller's own side does not allow, and why; None when it may do all of them."""
    counting = applicable_policies(caller)
    verdicts = ((question, judged(question, counting)) for question in questions)
    return next(((question, verdict.reason) for question, verdict in verdicts if not verdict.allowed), None)


def _aliases(caller: Caller) -> tuple[str, ...]:
    return tuple(name for name in (caller.arn, caller.role_arn, caller.user_id.split(":")[0]) if name)


def _check(call: AwsRequest, caller: Caller, question: AuthorizationRequest, thing: ProtectedResource | None) -> None:
    try:
        verdict = _verdict(call, caller, question, thing)
    except PolicyError as wrong:
        raise AwsError("MalformedPolicyDocument", f"a policy that counts for {question.action}: {wrong}") from None
    if not verdict.allowed:
        code, status = _DENIED[call.protocol]
        what = f"{question.action} on resource: {question.resource or '*'}"
        raise AwsError(code, f"User: {caller.arn} is not authorized to perform: {what} {verdict.reason}", status)


def _verdict(
    call: AwsRequest, caller: Caller, question: AuthorizationRequest, thing: ProtectedResource | None
) -> Verdict:
    held = None if call.operation == "CreateBucket" else thing  # a name that is taken is no business of its owner's
    policies = held.policies if held else ()
    if not caller.account:  # about nobody, the bucket's policy alone decides
        return _about_nobody(question, policies)
    foreign = owner(question.resource) not in ("", caller.account) and call.operation != "CreateBucket"
    counting = applicable_policies(caller, foreign=foreign, guarded=bool(held and held.guarded))
    return judged(question, replace(counting, resource=policies or None))


def _about_nobody(question: AuthorizationRequest, policies: tuple[str, ...]) -> Verdict:
    answer = decide(policies, question)
    if answer is Decision.DENY:
        return Verdict(False, "with an explicit deny in a resource-based policy")
    why = f"because no resource-based policy allows the {question.action} action"
    return Verdict(answer is not Decision.IMPLICIT_DENY, why)
