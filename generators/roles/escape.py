"""A search for ways around the separation of duties: from a role over others to an act that it may not do itself. Pure.

An edge leads from a role to another that it can act as: by taking it on, by passing it to something that it starts, by
changing what already runs under it, by opening a Studio profile that runs under it, by rewriting the role, or by
approving its own window of a closed role. A window that another person must approve is no edge but a sanctioned way.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generators.policy.authorise import authorise
from generators.policy.evaluate import Question
from generators.roles.matrix import ACCOUNT, PERSON, REGION, Account, Task, asked, decide
from generators.roles.source import Role, document

_HERE = f"{REGION}:{ACCOUNT}"
# Service -> what starts something new under a role that is passed to it.
_STARTS: Mapping[str, tuple[str, ...]] = {
    "sagemaker.amazonaws.com": (
        "sagemaker:CreateNotebookInstance", "sagemaker:CreatePipeline", "sagemaker:CreateProcessingJob",
        "sagemaker:CreateTrainingJob", "sagemaker:CreateModel",
    ),
    "codebuild.amazonaws.com": ("codebuild:CreateProject", "codebuild:UpdateProject"),
    "codepipeline.amazonaws.com": ("codepipeline:CreatePipeline", "codepipeline:UpdatePipeline"),
    "lambda.amazonaws.com": ("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"),
    "states.amazonaws.com": ("states:CreateStateMachine", "states:UpdateStateMachine"),
    "events.amazonaws.com": ("events:PutTargets",),
    "cloudformation.amazonaws.com": ("cloudformation:CreateStack", "cloudformation:UpdateStack"),
    "servicecatalog.amazonaws.com": ("servicecatalog:CreateProvisioningArtifact", "servicecatalog:CreateConstraint"),
}  # fmt: skip
# Service -> what changes something that already runs there, whatever role it has; nothing is passed.
_CHANGES: Mapping[str, tuple[str, ...]] = {
    "codebuild.amazonaws.com": ("codebuild:StartBuild", "codebuild:StartBuildBatch"),
    "codepipeline.amazonaws.com": ("codepipeline:UpdatePipeline",),
    "lambda.amazonaws.com": ("lambda:UpdateFunctionCode",),
    "states.amazonaws.com": ("states:UpdateStateMachine",),
    "servicecatalog.amazonaws.com": ("servicecatalog:CreateProvisioningArtifact",),
}
# Role -> what runs under it, where policies name it.
_MACHINES = {"mlops-break-glass": f"arn:aws:states:{_HERE}:stateMachine:mlops-break-glass"}
_REWRITES = (
    "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary",
)  # fmt: skip
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


PRODUCTION = Task(
    "Write in production", (71,), "sts:AssumeRole", "arn:aws:iam::999988887777:role/mlops-promotion-target", {},
    frozenset(), "",
)  # fmt: skip
APPROVALS = ("Approve a model", "Register an approved model", "Release to production")


def goals(account: Account) -> tuple[Task, ...]:
    """What nobody may come to do who may not do it in the matrix."""
    return (*(task for task in account.tasks if task.name in APPROVALS), PRODUCTION)


def paths(account: Account, start: str) -> tuple[Path, ...]:
    """The shortest way from a role to each goal that it may not do itself, for every role at the end of a way."""
    first = account.roles[start]
    found, seen = list[Path](), {start}
    waiting: deque[tuple[Role, tuple[str, ...]]] = deque([(first, (start,))])
    while waiting:
        role, steps = waiting.popleft()
        found += [Path(steps, it.name) for it in goals(account) if start not in it.may and _does(account, role, it)]
        for other, how in _edges(account, role):
            if other.name not in seen:
                seen.add(other.name)
                waiting.append((other, (*steps, f"{how} -> {other.name}")))
    return tuple(found)


def sanctioned(account: Account) -> tuple[str, ...]:
    """Who may ask for a window of a closed role that another person must approve."""
    return tuple(
        f"{role.name} -> asks for a window, which another approves -> {other.name}"
        for role in account.roles.all
        for other in account.roles.all
        if other.closed and _asks(account, role) and not _approves_itself(account, role, other)
    )


def _does(account: Account, role: Role, goal: Task) -> bool:
    return decide(account, role, goal).allowed


def _edges(account: Account, role: Role) -> Iterator[tuple[Role, str]]:
    for other in account.roles.all:
        if other.name != role.name:
            ways = (_takes_on, _passes, _changes, _opens, _rewrites, _approves_itself)
            yield from ((other, how) for way in ways for how in [way(account, role, other)] if how)


def _takes_on(account: Account, role: Role, other: Role) -> str:
    question = asked(role, "sts:AssumeRole", _arn(other), {"aws:MultiFactorAuthPresent": "true"})
    trust = (document(other.trust),) if other.trust else None
    policies = account.policies(role, resource=trust, guarded=True)
    return "takes on" if authorise(question, policies).allowed else ""


def _passes(account: Account, role: Role, other: Role) -> str:
    for service in _services(other):
        if not _may(account, role, "iam:PassRole", _arn(other), {"iam:PassedToService": service}):
            continue
        starts = (action for action in _STARTS.get(service, ()) if _may(account, role, action, _any(action), _JOB))
        for action in starts:
            return f"passes it with {action}"
        if service == "sagemaker.amazonaws.com" and _profile(account, role):
            return f"gives it to a profile with {_profile(account, role)}"
    return ""


def _changes(account: Account, role: Role, other: Role) -> str:
    actions = [action for service in _services(other) for action in _CHANGES.get(service, ())]
    asked = ((it, _MACHINES.get(other.name, _any(it))) for it in actions)
    return next((f"changes what runs with {it}" for it, what in asked if _may(account, role, it, what, {})), "")


def _opens(account: Account, role: Role, other: Role) -> str:
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


def _rewrites(account: Account, role: Role, other: Role) -> str:
    return next((f"rewrites it with {it}" for it in _REWRITES if _may(account, role, it, _arn(other), {})), "")


def _asks(account: Account, role: Role) -> bool:
    return _may(account, role, _WRITES, f"{_WINDOWS}/requests/{PERSON}", {})


def _approves_itself(account: Account, role: Role, other: Role) -> str:
    """Whether the person who asks can write an approval of it, in whoever's name."""
    if not other.closed or not _asks(account, role):
        return ""
    names = (f"{_WINDOWS}/approvals/{PERSON}/{approver}" for approver in (PERSON, "bob"))
    alone = any(_may(account, role, _WRITES, name, {}) for name in names)
    return "asks for a window and approves it itself" if alone else ""


def _profile(account: Account, role: Role) -> str:
    actions = ("sagemaker:UpdateUserProfile", "sagemaker:CreateUserProfile")
    return next((action for action in actions if _may(account, role, action, _PROFILE, {})), "")


def _services(role: Role) -> tuple[str, ...]:
    found = [it["Principal"].get("Service", ()) for it in role.trust if isinstance(it["Principal"], Mapping)]
    return tuple(name for names in found for name in ([names] if isinstance(names, str) else names))


def _may(account: Account, role: Role, action: str, resource: str, keys: Mapping[str, str]) -> bool:
    question: Question = asked(role, action, resource, keys)
    return authorise(question, account.policies(role)).allowed


def _arn(role: Role) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{role.name}"


def _any(action: str) -> str:
    """Something of the service that has the platform's prefix."""
    service = action.partition(":")[0]
    return f"arn:aws:{service}:{_HERE}:{'pipeline/' if service == 'sagemaker' else ''}mlops-x"
