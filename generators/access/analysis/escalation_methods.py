"""The ways in which one role gains the permissions of another, each a function of simulator, role and target. Pure.

A function returns how the role reaches the target, "" when it cannot. The methods follow the published lists of AWS
privilege escalation (PMapper, Rhino Security Labs), with SageMaker Studio, EMR and this platform's break-glass access.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
"""

from __future__ import annotations

from collections.abc import Mapping

from generators.access.access_matrix import ACCOUNT, REGION, USER, role_arn
from generators.access.analysis.policy_simulator import PolicySimulator
from generators.access.roles import Role

_HERE = f"{REGION}:{ACCOUNT}"
# Service -> actions that start or configure a workload under a role that is passed to the service.
_PASS_ROLE_ACTIONS: Mapping[str, tuple[str, ...]] = {
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
# Service -> actions that change the commands of an existing workload; its role stays, so none is passed. StartBuild
# counts because its request may override commands, image and variables; starting a pipeline, a state machine or a
# schedule overrides nothing of that kind.
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
_CHANGE_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "codebuild.amazonaws.com": ("codebuild:StartBuild", "codebuild:StartBuildBatch", "codebuild:UpdateProject"),
    "codepipeline.amazonaws.com": ("codepipeline:UpdatePipeline",),
    "lambda.amazonaws.com": ("lambda:UpdateFunctionCode",),
    "sagemaker.amazonaws.com": ("sagemaker:UpdatePipeline",),
    "states.amazonaws.com": ("states:UpdateStateMachine",),
    "servicecatalog.amazonaws.com": ("servicecatalog:CreateProvisioningArtifact",),
}
_WRITE_ACTIONS = {"codecommit": "codecommit:GitPush", "s3": "s3:PutObject"}  # service of a code location
_CLUSTER_SESSION = "elasticmapreduce:GetClusterSessionCredentials"
_PRESIGNED_URL, _ADD_TAGS = "sagemaker:CreatePresignedDomainUrl", "sagemaker:AddTags"
_PROFILE_ACTIONS = ("sagemaker:UpdateUserProfile", "sagemaker:CreateUserProfile")
_ROLE_ACTIONS = (
    "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary",
)  # fmt: skip
# Service -> its resource with the platform's name prefix, where that is not the name alone.
_RESOURCES = {
    "codebuild": "project/mlops-x", "elasticmapreduce": "cluster/j-1", "emr-serverless": "/applications/mlops-x",
    "lambda": "function:mlops-x", "sagemaker": "pipeline/mlops-x", "states": "stateMachine:mlops-x",
}  # fmt: skip
_BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/mlops-boundary"
_BREAK_GLASS = f"arn:aws:ssm:{_HERE}:parameter/mlops-break-glass"
_PROFILE = f"arn:aws:sagemaker:{_HERE}:user-profile/d-1/x"
# Condition keys of a job that satisfies the service control policies.
_JOB = {
    "sagemaker:InstanceTypes": "ml.m5.xlarge",
    "sagemaker:VpcSubnets": "subnet-1",
    "sagemaker:VpcSecurityGroupIds": "sg-1",
    "sagemaker:VolumeKmsKey": "key",
    "sagemaker:OutputKmsKey": "key",
    "sagemaker:NetworkIsolation": "true",
    "sagemaker:InterContainerTrafficEncryption": "true",
}


def assume(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """The role calls sts:AssumeRole."""
    return "assumes" if simulator.can_assume(role, target) else ""


def pass_role(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """The role passes the target to a workload that it starts or configures."""
    for service in _services(target):
        passed_to = {"iam:PassedToService": service}
        if not simulator.is_allowed(role, "iam:PassRole", role_arn(target.name), passed_to):
            continue
        for action in _PASS_ROLE_ACTIONS.get(service, ()):
            resources = (_resource(action), *target.workloads)
            if any(simulator.is_allowed(role, action, resource, _JOB) for resource in resources):
                return f"passes the role to {action}"
        if service == "sagemaker.amazonaws.com" and (action := _profile_action(simulator, role)):
            return f"passes the role to {action}"
    return ""


def change_workload(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """The role changes the commands of a workload that runs as the target."""
    for service in _services(target):
        for action in _CHANGE_ACTIONS.get(service, ()):
            launches = service == "servicecatalog.amazonaws.com"
            resources = (_resource(action),) if launches else target.workloads
            if any(simulator.is_allowed(role, action, resource, {}) for resource in resources):
                return f"changes the workload with {action}"
    return ""


def write_code(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """The role writes the repository or object from which a workload of the target takes its commands."""
    for location in target.code_locations:
        action = _WRITE_ACTIONS[location.split(":")[2]]
        if simulator.is_allowed(role, action, location, {"aws:ResourceAccount": ACCOUNT}):
            return f"writes the code with {action}"
    return ""


def open_cluster_session(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """A session on an EMR cluster has the permissions of the job role, and can read those of the instance role.

    https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html
    """
    if not {"ec2.amazonaws.com", "emr-serverless.amazonaws.com"} & set(_services(target)):
        return ""
    jobs = [job for job in simulator.account.roles.all if "emr-serverless.amazonaws.com" in _services(job)]
    contexts = [{"elasticmapreduce:ExecutionRoleArn": role_arn(job.name)} for job in jobs]
    cluster = _resource(_CLUSTER_SESSION)
    allowed = any(simulator.is_allowed(role, _CLUSTER_SESSION, cluster, context) for context in contexts)
    return f"opens a cluster session with {_CLUSTER_SESSION}" if allowed else ""


def open_profile(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """The role opens a Studio profile of the target's type, or changes a profile's tags and opens it."""
    if target.kind != "execution role":
        return ""
    profile_type = _profile_type(target)
    if _opens(simulator, role, profile_type):
        own = target.persona == role.name
        return "opens its own profile" if own else f"opens a profile of type {profile_type}"
    types = [_profile_type(other) for other in simulator.account.roles.all if other.kind == "execution role"]
    can_open = any(_opens(simulator, role, other_type) for other_type in types)
    can_tag = can_open and simulator.is_allowed(role, _ADD_TAGS, _PROFILE, {})
    return f"tags a profile with {_ADD_TAGS} and opens it" if can_tag else ""


def modify_role(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """The role changes the policies or the trust of the target."""
    context = {"iam:PermissionsBoundary": _BOUNDARY} if target.bounded else {}
    actions = (action for action in _ROLE_ACTIONS if simulator.is_allowed(role, action, role_arn(target.name), context))
    return next((f"modifies the role with {action}" for action in actions), "")


def approve_own_request(simulator: PolicySimulator, role: Role, target: Role) -> str:
    """The user who requests break-glass access also writes its approval, under any approver's name."""
    if not target.requires_break_glass or not can_request_break_glass(simulator, role):
        return ""
    approvals = (f"{_BREAK_GLASS}/approvals/{USER}/{approver}" for approver in (USER, "bob"))
    allowed = any(simulator.is_allowed(role, "ssm:PutParameter", approval, {}) for approval in approvals)
    return "requests break-glass access and approves it itself" if allowed else ""


METHODS = (
    assume, pass_role, change_workload, write_code, open_cluster_session, open_profile, modify_role,
    approve_own_request,
)  # fmt: skip


def can_request_break_glass(simulator: PolicySimulator, role: Role) -> bool:
    """Whether a user of the role can write a request for break-glass access."""
    return simulator.is_allowed(role, "ssm:PutParameter", f"{_BREAK_GLASS}/requests/{USER}", {})


def _opens(simulator: PolicySimulator, role: Role, profile_type: str) -> bool:
    context = {"sagemaker:ResourceTag/owner": USER, "sagemaker:ResourceTag/profile-type": profile_type}
    return simulator.is_allowed(role, _PRESIGNED_URL, _PROFILE, context)


def _profile_type(role: Role) -> str:
    return role.name.removeprefix("studio-")


def _profile_action(simulator: PolicySimulator, role: Role) -> str:
    return next((action for action in _PROFILE_ACTIONS if simulator.is_allowed(role, action, _PROFILE, {})), "")


def _services(role: Role) -> tuple[str, ...]:
    """The services that the role trusts."""
    principals = [statement["Principal"] for statement in role.trust]
    values = [principal.get("Service", ()) for principal in principals if isinstance(principal, Mapping)]
    return tuple(name for names in values for name in ([names] if isinstance(names, str) else names))


def _resource(action: str) -> str:
    """An ARN of the action's service with the platform's name prefix."""
    service = action.partition(":")[0]
    return f"arn:aws:{service}:{_HERE}:{_RESOURCES.get(service, 'mlops-x')}"
