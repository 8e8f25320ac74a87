"""May this caller do what the request asks? Reads what moto and we hold; changes nothing.

Counts: identity policies (inline, managed), permissions boundary, session policy, service control policies, bucket
policies, iam:PassRole. Not yet: key policies and other resource policies.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from moto.iam.models import iam_backends

from generators.policy.authorise import Verdict
from generators.policy.authorise import authorise as judged
from generators.policy.conditions import Context, Values
from generators.policy.evaluate import Decision, Question, decide
from scripts.localaws.errors import AwsError
from scripts.localaws.iam import keys, names
from scripts.localaws.iam.policies import counting_for
from scripts.localaws.identity import Caller
from scripts.localaws.request import Call
from scripts.localaws.s3.policy import bucket_of

_DENIED = {
    "query": ("AccessDenied", 403),
    "rest-xml": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
    "rest-json": ("AccessDeniedException", 403),
    "smithy-rpc-v2-cbor": ("AccessDenied", 403),
}


def authorise(call: Call, caller: Caller) -> None:
    """Raises AwsError when the caller may not. AssumeRole is judged by STS itself, with the role's trust policy."""
    assert call.service is not None
    action = names.action(call.service.prefix, call.operation, call.params)
    if action in ("sts:AssumeRole", "sts:GetCallerIdentity"):
        return
    if call.service.model == "s3control":
        action = action.replace("BucketPublicAccessBlock", "AccountPublicAccessBlock")
    sent = keys.of_request(call, caller)
    asked = [(action, arn, sent) for arn in _resources(call, caller) or (None,)]
    source = call.request.headers.get("x-amz-copy-source") if call.streams else None
    if source:
        asked.append(("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').partition('?')[0]}", sent))
    passing = {**sent, "iam:passedtoservice": (f"{call.service.prefix}.amazonaws.com",)}
    asked += [("iam:PassRole", role, passing) for role in set(names.passed_roles(call.service.prefix, call.params))]
    for what, arn, more in asked:
        _check(call, caller, ask(caller, _region(call, arn), what, arn, more))


def _region(call: Call, arn: str | None) -> str:
    """S3 sends whoever asks elsewhere to the bucket's own region, and judges there."""
    bucket = bucket_of(arn or "") if call.streams else None
    return str(bucket.region_name) if bucket else call.region


def ask(caller: Caller, region: str, action: str, arn: str | None, more: Mapping[str, Values]) -> Question:
    """The question whether the caller may do this to that, with every condition key that is known of both."""
    hanging, known = keys.of_resource(arn, region)
    seen = keys.context(caller, region, {**more, **hanging}).values
    where = Context(seen, lambda key: key.startswith(known) or keys.knows(key))
    return Question(action, arn, where, {"AWS": _aliases(caller)}, caller.account)


def may(caller: Caller, question: Question) -> bool:
    """Whether the caller's own side allows it, for what services of ours do on somebody's behalf."""
    return judged(question, counting_for(caller)).allowed


def first_refused(caller: Caller, questions: Iterable[Question]) -> tuple[Question, str] | None:
    """The first thing that the caller's own side does not allow, and why; None when it may do all of them."""
    counting = counting_for(caller)
    verdicts = ((question, judged(question, counting)) for question in questions)
    return next(((question, verdict.why) for question, verdict in verdicts if not verdict.allowed), None)


def _resources(call: Call, caller: Caller) -> Iterable[str]:
    assert call.service is not None
    found = names.resources(call.service.prefix, call.operation, call.params, call.region, caller.account)
    if call.service.prefix != "iam":
        return found
    roles = list(iam_backends[caller.account]["aws"].roles.values())
    paths = {f"arn:aws:iam::{caller.account}:role/{role.name}": role.arn for role in roles}
    path = (call.params.get("Path") or "/").lstrip("/")
    return [paths.get(arn, arn.replace("/", f"/{path}", 1)) for arn in found]


def _aliases(caller: Caller) -> tuple[str, ...]:
    return tuple(name for name in (caller.arn, caller.role_arn, caller.user_id.split(":")[0]) if name)


def _check(call: Call, caller: Caller, question: Question) -> None:
    bucket = bucket_of(question.resource or "") if call.streams and call.operation != "CreateBucket" else None
    policy = bucket.policy_text if bucket else ""
    foreign = bucket is not None and bucket.account_id != caller.account
    if not caller.account:  # about nobody, the bucket's policy alone decides
        verdict = _about_nobody(question, policy)
    else:
        verdict = judged(question, counting_for(caller, policy, foreign=foreign))
    if not verdict.allowed:
        code, status = _DENIED[call.protocol]
        what = f"{question.action} on resource: {question.resource or '*'}"
        raise AwsError(code, f"User: {caller.arn} is not authorized to perform: {what} {verdict.why}", status)


def _about_nobody(question: Question, policy: str) -> Verdict:
    answer = decide([policy], question) if policy else Decision.NONE
    if answer is Decision.DENY:
        return Verdict(False, "with an explicit deny in a resource-based policy")
    why = f"because no resource-based policy allows the {question.action} action"
    return Verdict(answer is not Decision.NONE, why)
