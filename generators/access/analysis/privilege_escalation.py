"""A search for ways around the separation of duties: from a role over others to an act that it may not do itself. Pure.

An edge leads from a role to another that it can act as: by taking it on, by passing it to something that it starts, by
changing what already runs under it, by writing the commands that run under it, by a session on a cluster, by opening a
Studio profile that runs under it, by rewriting the role, or by approving its own window of a closed role. A window that
another person must approve is no edge but a sanctioned way.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generators.access.access_matrix import ACCOUNT, PERSON, REGION, AccessRule, AccountPolicies, arn, asked, decide
from generators.access.roles import Role, document
from generators.iam.authorization import authorize
from generators.iam.evaluation import AuthorizationRequest

_HERE = f"{REGION}:{ACCOUNT}"
# Service -> what starts something new under a role that is passed to it.
_STARTS: Mapping[str, tuple[str, ...]] = {
    "sagemaker.amazonaws.com": (
        "sagemaker:CreateNotebookInstance", "sagemaker:CreatePipeline", "sagemaker:CreateProcessingJob",
        "sagemaker:CreateTrainingJob", "sagemaker:CreateHyperParameterTuningJob", "sagemaker:CreateModel",
    ),
    "codebuild.amazonaws.com": (
        "codebuild:CreateProject", "codebuild:UpdateProject", "codebuild:StartBuild", "codebuild:StartBuildBatch",
    ),
    "codepipeline.amazonaws.com": ("codepipeline:CreatePipeline", "codepipeline:UpdatePipeline"),
    "lambda.amazonaws.com": ("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"),
    "states.amazonaws.com": ("states:CreateStateMachine", "states:UpdateStateMachine"),
    "events.amazonaws.com": ("events:PutTargets",),
    "scheduler.amazonaws.com": ("scheduler:CreateSchedule", "scheduler:UpdateSchedule"),
    "elasticmapreduce.amazonaws.com": ("elasticmapreduce:RunJobFlow",),
    "emr-serverless.amazonaws.com": ("emr-serverless:StartJobRun",),
    "ec2.amazonaws.com": ("ec2:RunInstances", "elasticmapreduce:RunJobFlow"),
    "cloudformation.amazonaws.com": ("cloudformation:CreateStack", "cloudformation:UpdateStack"),
    "servicecatalog.amazonaws.com": ("servicecatalog:CreateProvisioningArtifact", "servicecatalog:CreateConstraint"),
}  # fmt: skip
# Service -> what changes something that already runs there, whatever role it has; nothing is passed. Who starts a build
# brings commands, an image and variables; who starts a pipeline, a state machine or a schedule, nothing of the kind.
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
_CHANGES: Mapping[str, tuple[str, ...]] = {
    "codebuild.amazonaws.com": ("codebuild:StartBuild", "codebuild:StartBuildBatch", "codebuild:UpdateProject"),
    "codepipeline.amazonaws.com": ("codepipeline:UpdatePipeline",),
    "lambda.amazonaws.com": ("lambda:UpdateFunctionCode",),
    "sagemaker.amazonaws.com": ("sagemaker:UpdatePipeline",),
    "states.amazonaws.com": ("states:UpdateStateMachine",),
    "servicecatalog.amazonaws.com": ("servicecatalog:CreateProvisioningArtifact",),
}
# Service of a code's ARN -> what writes it.
_CODES = {"codecommit": "codecommit:GitPush", "s3": "s3:PutObject"}
_SESSION = "elasticmapreduce:GetClusterSessionCredentials"
# Service -> its resource with the platform's prefix, where it is not the bare name.
_FORMS = {
    "codebuild": "project/mlops-x", "elasticmapreduce": "cluster/j-1", "emr-serverless": "/applications/mlops-x",
    "lambda": "function:mlops-x", "sagemaker": "pipeline/mlops-x", "states": "stateMachine:mlops-x",
}  # fmt: skip
_REWRITES = (
    "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary",
)  # fmt: skip
_BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/mlops-boundary"
_WRITES = "ssm:PutParameter"
_WINDOWS = f"arn:aws:ssm:{_HERE}:parameter/mlops-break-glass"
_TAG = "sagemaker:AddTags"
_PROFILE = f"arn:aws:sagemaker:{_HERE}:user-profile/d-1/x"
_JOB = {
    "sagemaker:InstanceTypes": "ml.m5.xlarge",
    "sagemaker:VpcSubnets": "subnet-1",
    "sagemaker:VpcSecurityGroupIds": "sg-1",
    "sagemaker:VolumeKmsKey": "key",
    "sagemaker:OutputKmsKey": "key",
    "sagemaker:NetworkIsolation": "true",
    "sagemaker:InterContainerTrafficEncryption": "true",
}


@dataclass(frozen=True, slots=True)
class Path:
    """A way: the roles that are acted as, how each is reached, and what can be done at the end."""

    steps: tuple[str, ...]
    goal: str

    def __str__(self) -> str:
        return " -> ".join((*self.steps, self.goal))


PRODUCTION = AccessRule(
    "Write in production", (71,), "sts:AssumeRole", "arn:aws:iam::999988887777:role/mlops-promotion-target", {},
    frozenset(), "",
)  # fmt: skip
APPROVALS = ("Approve a model", "Register an approved model", "Release to production")


def goals(account: AccountPolicies) -> tuple[AccessRule, ...]:
    """What nobody may come to do who may not do it in the matrix."""
    return (*(task for task in account.tasks if task.name in APPROVALS), PRODUCTION)


def escalation_paths(account: AccountPolicies, start: str) -> tuple[Path, ...]:
    """The shortest way from a role to each goal that it may not do itself, for every role at the end of a way."""
    first = account.roles[start]
    found, seen = list[Path](), {start}
    waiting: deque[tuple[Role, tuple[str, ...]]] = deque([(first, (start,))])
    while waiting:
        role, steps = waiting.popleft()
        found += [
            Path(steps, it.name) for it in goals(account) if start not in it.allowed_roles and _does(account, role, it)
        ]
        for other, how in _edges(account, role):
            if other.name not in seen:
                seen.add(other.name)
                waiting.append((other, (*steps, f"{how} -> {other.name}")))
    return tuple(found)


def is_intended(account: AccountPolicies) -> tuple[str, ...]:
    """Who may ask for a window of a closed role that another person must approve."""
    return tuple(
        f"{role.name} -> asks for a window, which another approves -> {other.name}"
        for role in account.roles.all
        for other in account.roles.all
        if other.requires_break_glass and _asks(account, role) and not _approves_itself(account, role, other)
    )


def _does(account: AccountPolicies, role: Role, goal: AccessRule) -> bool:
    return decide(account, role, goal).allowed


def _edges(account: AccountPolicies, role: Role) -> Iterator[tuple[Role, str]]:
    for other in account.roles.all:
        if other.name != role.name:
            ways = (_takes_on, _passes, _changes, _writes, _works_on, _opens, _rewrites, _approves_itself)
            yield from ((other, how) for way in ways for how in [way(account, role, other)] if how)


def _takes_on(account: AccountPolicies, role: Role, other: Role) -> str:
    question = asked(role, "sts:AssumeRole", arn(other.name), {"aws:MultiFactorAuthPresent": "true"})
    trust = (document(other.trust),) if other.trust else None
    policies = account.policies(role, resource=trust, guarded=True)
    return "takes on" if authorize(question, policies).allowed else ""


def _passes(account: AccountPolicies, role: Role, other: Role) -> str:
    for service in _services(other):
        if not _may(account, role, "iam:PassRole", arn(other.name), {"iam:PassedToService": service}):
            continue
        for action in _STARTS.get(service, ()):
            if any(_may(account, role, action, it, _JOB) for it in (_any(action), *other.runs)):
                return f"passes it with {action}"
        if service == "sagemaker.amazonaws.com" and _profile(account, role):
            return f"gives it to a profile with {_profile(account, role)}"
    return ""


def _changes(account: AccountPolicies, role: Role, other: Role) -> str:
    for service in _services(other):
        for action in _CHANGES.get(service, ()):
            things = other.runs if service != "servicecatalog.amazonaws.com" else (_any(action),)
            if any(_may(account, role, action, it, {}) for it in things):
                return f"changes what runs with {action}"
    return ""


def _writes(account: AccountPolicies, role: Role, other: Role) -> str:
    """Whether it can write the commands that run under the other."""
    codes = ((_CODES[it.split(":")[2]], it) for it in other.code)
    own = {"aws:ResourceAccount": ACCOUNT}
    return next((f"writes what runs with {action}" for action, it in codes if _may(account, role, action, it, own)), "")


def _works_on(account: AccountPolicies, role: Role, other: Role) -> str:
    """A session on a cluster is the role of its jobs; the machine's own is not far.

    https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html
    """
    if not {"ec2.amazonaws.com", "emr-serverless.amazonaws.com"} & set(_services(other)):
        return ""
    jobs = (it for it in account.roles.all if "emr-serverless.amazonaws.com" in _services(it))
    keys = ({"elasticmapreduce:ExecutionRoleArn": arn(it.name)} for it in jobs)
    may = any(_may(account, role, _SESSION, _any(_SESSION), it) for it in keys)
    return f"works on a cluster with {_SESSION}" if may else ""


def _opens(account: AccountPolicies, role: Role, other: Role) -> str:
    """One's own profile of the type, or any profile after its tags were changed."""
    if other.kind != "execution role":
        return ""
    kind, opening = other.name.removeprefix("studio-"), "sagemaker:CreatePresignedDomainUrl"
    own = {"sagemaker:ResourceTag/owner": "alice", "sagemaker:ResourceTag/profile-type": kind}
    if _may(account, role, opening, _PROFILE, own):
        return "opens its own profile" if other.persona == role.name else f"opens a profile of type {kind}"
    types = [it.name.removeprefix("studio-") for it in account.roles.all if it.kind == "execution role"]
    retagged = any(
        _may(account, role, opening, _PROFILE, {**own, "sagemaker:ResourceTag/profile-type": t}) for t in types
    )
    if retagged and _may(account, role, "sagemaker:AddTags", _PROFILE, {}):
        return f"tags a profile with {_TAG} and opens it"
    return ""


def _rewrites(account: AccountPolicies, role: Role, other: Role) -> str:
    keys = {"iam:PermissionsBoundary": _BOUNDARY} if other.bounded else {}
    return next((f"rewrites it with {it}" for it in _REWRITES if _may(account, role, it, arn(other.name), keys)), "")


def _asks(account: AccountPolicies, role: Role) -> bool:
    return _may(account, role, _WRITES, f"{_WINDOWS}/requests/{PERSON}", {})


def _approves_itself(account: AccountPolicies, role: Role, other: Role) -> str:
    """Whether the person who asks can write an approval of it, in whoever's name."""
    if not other.requires_break_glass or not _asks(account, role):
        return ""
    names = (f"{_WINDOWS}/approvals/{PERSON}/{approver}" for approver in (PERSON, "bob"))
    alone = any(_may(account, role, _WRITES, name, {}) for name in names)
    return "asks for a window and approves it itself" if alone else ""


def _profile(account: AccountPolicies, role: Role) -> str:
    actions = ("sagemaker:UpdateUserProfile", "sagemaker:CreateUserProfile")
    return next((action for action in actions if _may(account, role, action, _PROFILE, {})), "")


def _services(role: Role) -> tuple[str, ...]:
    found = [it["Principal"].get("Service", ()) for it in role.trust if isinstance(it["Principal"], Mapping)]
    return tuple(name for names in found for name in ([names] if isinstance(names, str) else names))


def _may(account: AccountPolicies, role: Role, action: str, resource: str, keys: Mapping[str, str]) -> bool:
    question: AuthorizationRequest = asked(role, action, resource, keys)
    return authorize(question, account.policies(role)).allowed


def _any(action: str) -> str:
    """Something of the service that has the platform's prefix."""
    service = action.partition(":")[0]
    return f"arn:aws:{service}:{_HERE}:{_FORMS.get(service, 'mlops-x')}"
