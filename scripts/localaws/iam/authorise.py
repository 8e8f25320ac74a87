"""May this caller do what the request asks? Reads moto's IAM, S3 and Organizations; changes nothing.

Counts: identity policies (inline, managed), permissions boundary, session policy, bucket policies, iam:PassRole.
Not yet: service control policies, key policies, other resource policies.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from scripts.localaws.context import SERVICE_AGENT
from scripts.localaws.errors import AwsError
from scripts.localaws.iam import names
from scripts.localaws.iam.conditions import Values
from scripts.localaws.iam.evaluate import Context, Decision, Question, decide
from scripts.localaws.identity import MANAGEMENT, Caller
from scripts.localaws.request import Call
from scripts.localaws.s3.policy import bucket_of

_DENIED = {
    "query": ("AccessDenied", 403),
    "rest-xml": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
    "rest-json": ("AccessDeniedException", 403),
}
_NEVER_KNOWN = ("aws:resource", "aws:principalorgpaths", "aws:calledvia")
_KNOWN = (
    "aws:",
    "s3:x-amz-",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "sts:externalid",
    "sts:rolesessionname",
    "iam:passedtoservice",
    "iam:permissionsboundary",
    "iam:awsservicename",
)


def knows(key: str) -> bool:
    """Whether context() computes this condition key, so that its absence means that the request lacks it."""
    return key.startswith(_KNOWN) and not key.startswith(_NEVER_KNOWN)


def find_role(arn: str) -> Any:
    """moto's role, None when the account or the role does not exist."""
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    if account not in list(iam_backends):
        return None
    return next((role for role in list(iam_backends[account]["aws"].roles.values()) if role.arn == arn), None)


def organisation_of(account: str) -> str:
    """The organisation's id, "" for an account outside of it."""
    backend = organizations_backends[MANAGEMENT]["aws"]
    member = any(known.id == account for known in list(backend.accounts))
    return str(backend.org.id) if backend.org and member else ""


def context(caller: Caller, region: str = "", more: dict[str, Values] | None = None) -> Context:
    """The condition keys of a principal's request. HTTP on loopback counts as the HTTPS that it would be on AWS."""
    role = find_role(caller.role_arn) if caller.role_arn else None
    now = datetime.now(UTC)
    values = {
        "aws:principalarn": (caller.role_arn or caller.arn,),
        "aws:principalaccount": (caller.account,),
        "aws:principaltype": ("AssumedRole" if caller.role_arn else "User",),
        "aws:principalisawsservice": ("false",),
        "aws:userid": (caller.user_id,),
        "aws:securetransport": ("true",),
        "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:sourceip": ("127.0.0.1",),
        **({"aws:requestedregion": (region,)} if region else {}),
        **({"aws:principalorgid": (organisation_of(caller.account),)} if organisation_of(caller.account) else {}),
        **{f"aws:principaltag/{tag['Key'].lower()}": (tag["Value"],) for tag in (role.tags if role else ())},
        **(more or {}),
    }
    return Context(values, knows)


def identity_decision(caller: Caller, question: Question) -> tuple[Decision, str]:
    """What the caller's own policies say, and which kind of policy said no."""
    if caller.is_root:
        return Decision.ALLOW, ""
    role = find_role(caller.role_arn)
    if role is None:
        return Decision.NONE, "identity-based policy"
    own = [*role.policies.values(), *(_document(policy) for policy in list(role.managed_policies.values()))]
    layers = [("identity-based policy", own)]
    if role.permissions_boundary_arn:
        known = iam_backends[caller.account]["aws"].managed_policies
        layers.append(("permissions boundary", [_document(known[role.permissions_boundary_arn])]))
    if caller.session_policy:
        layers.append(("session policy", [caller.session_policy]))
    answers = [(decide(documents, question), kind) for kind, documents in layers]
    refused = [answer for answer in answers if answer[0] in (Decision.DENY, Decision.NONE)]
    return min(refused, key=lambda answer: answer[0] is not Decision.DENY) if refused else (Decision.ALLOW, "")


def _document(policy: Any) -> str:
    """The managed policy's default version."""
    return str(next(v.document for v in policy.versions if v.version_id == policy.default_version_id))


def authorise(call: Call, caller: Caller) -> None:
    """Raises AwsError when the caller may not. AssumeRole is judged by STS itself, with the role's trust policy."""
    assert call.service is not None
    action = names.action(call.service.prefix, call.operation, call.params)
    if action in ("sts:AssumeRole", "sts:GetCallerIdentity"):
        return
    if call.service.model == "s3control":
        action = action.replace("BucketPublicAccessBlock", "AccountPublicAccessBlock")
    where = _context(call, caller)
    asked = [(action, arn, where) for arn in _resources(call, caller) or (None,)]
    source = call.request.headers.get("x-amz-copy-source") if call.streams else None
    if source:
        asked.append(("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').partition('?')[0]}", where))
    service = {"iam:passedtoservice": (f"{call.service.prefix}.amazonaws.com",)}
    passing = Context({**where.values, **service}, knows)
    asked += [("iam:PassRole", role, passing) for role in set(names.passed_roles(call.service.prefix, call.params))]
    for what, arn, seen in asked:
        _check(call, caller, Question(what, arn, seen, {"AWS": _aliases(caller)}, caller.account))


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


def _context(call: Call, caller: Caller) -> Context:
    assert call.service is not None
    via = SERVICE_AGENT in call.environ.get("HTTP_USER_AGENT", "")
    more: dict[str, Values] = {"aws:viaawsservice": (str(via).lower(),)}
    if call.streams:
        sent = [*call.request.headers.items(), *call.request.args.items()]
        more |= {f"s3:{key.lower()}": (value,) for key, value in sent}
    else:
        tags = dict(names.tags(call.params))
        more |= {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
        more |= {"aws:tagkeys": tuple(tags)} if tags else {}
    if call.service.prefix == "iam":
        role = iam_backends[caller.account]["aws"].roles
        existing = next((r for r in list(role.values()) if r.name == call.params.get("RoleName")), None)
        boundary = call.params.get("PermissionsBoundary") or (existing and existing.permissions_boundary_arn)
        known = {"iam:permissionsboundary": boundary, "iam:awsservicename": call.params.get("AWSServiceName")}
        more |= {key: (str(value),) for key, value in known.items() if value}
    return context(caller, call.region, more)


def _check(call: Call, caller: Caller, question: Question) -> None:
    own, kind = identity_decision(caller, question)
    if own is Decision.DENY:
        article = "an" if kind.startswith("i") else "a"
        raise _denied(call, caller, question, f"with an explicit deny in {article} {kind}")
    bucket = bucket_of(question.resource or "") if call.streams and call.operation != "CreateBucket" else None
    policy = bucket.policy_text if bucket else ""
    shared = decide([policy], question) if policy else Decision.NONE
    if shared is Decision.DENY:
        raise _denied(call, caller, question, "with an explicit deny in a resource-based policy")
    foreign = bucket is not None and bucket.account_id != caller.account
    if foreign and shared is Decision.NONE:
        raise _denied(call, caller, question, f"because no resource-based policy allows the {question.action} action")
    if not caller.account or own is Decision.ALLOW:  # about nobody, the bucket's policy alone decides
        return
    if foreign or shared is not Decision.DIRECT or kind != "identity-based policy":
        raise _denied(call, caller, question, f"because no {kind} allows the {question.action} action")


def _denied(call: Call, caller: Caller, question: Question, why: str) -> AwsError:
    code, status = _DENIED[call.protocol]
    what = f"on resource: {question.resource or '*'}"
    return AwsError(code, f"User: {caller.arn} is not authorized to perform: {question.action} {what} {why}", status)
