"""CodeBuild projects inside the VPC, and the resources that the builds of a product share. Reads buildspec files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Sub, Template, s3
from troposphere import codebuild as cb
from troposphere.ec2 import SecurityGroup
from troposphere.iam import Role
from troposphere.logs import LogGroup

from generators.errors import UserError
from generators.kit.bucket import private_bucket
from generators.kit.iam import allow, role_arn, service_role
from generators.kit.logs import log_group
from generators.kit.names import resource_name, to_kebab_case
from generators.kit.network import security_group
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

# AWS maintains this image; the platform's own pipelines use it too. It is not pulled through the VPC.
# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
_TIMEOUT_MINUTES = 60
# CodePipeline ends a build after eight hours: https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
MAX_TIMEOUT_MINUTES = 480
_CODEARTIFACT_ACTIONS = ("GetAuthorizationToken", "GetRepositoryEndpoint", "ReadFromRepository")
_KMS_ACTIONS = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
_NETWORK_ACTIONS = (
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    *(f"Describe{noun}" for noun in ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")),
)


@dataclass(frozen=True, slots=True)
class BuildEnvironment:
    """Resources that the builds of a product share: artifact bucket, log group, security group."""

    purpose: str
    bucket: s3.Bucket
    policy: s3.BucketPolicy
    logs: LogGroup
    group: SecurityGroup

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((self.bucket, self.policy, self.logs, self.group))


@dataclass(frozen=True, slots=True)
class Build:
    """A build project, and its role unless the role is the platform's."""

    role: Role | None
    project: cb.Project

    def __iter__(self) -> Iterator[AWSObject]:
        return (resource for resource in (self.role, self.project) if resource is not None)


def build_environment(t: Template, purpose: str, *platform_roles: Any, readers: Any = None) -> BuildEnvironment:
    """Shared resources whose names begin with `purpose`, which is for Fn::Sub, at most 20 characters.

    CodePipeline and CodeBuild read and write artifacts from AWS's own network, with the roles of this product or with
    `platform_roles` (ARNs); `readers` are roles that may read artifacts from there (ARN patterns).
    """
    own_roles = role_arn(resource_name(f"{purpose}*"))
    roles: Any = [own_roles, *platform_roles] if platform_roles else own_roles
    bucket, policy = private_bucket(t, "ArtifactBucket", f"{purpose}-artifacts", roles, readers)
    logs = log_group(t, "BuildLogs", resource_name(f"{purpose}-builds"))
    group = security_group(t, "BuildSecurityGroup", "Builds and jobs: HTTPS to AWS services only")
    return BuildEnvironment(purpose, bucket, policy, logs, group)


def build(
    t: Template,
    environment: BuildEnvironment,
    title: str,
    description: str,
    buildspec: str | Path,
    *permissions: dict[str, Any],
    variables: Mapping[str, Any] | None = None,
    builds_images: bool = False,
    installs_packages: bool = True,
    role: Any = None,
) -> Build:
    """A build for a pipeline, with a role of its own or a `role` of the platform (ARN).

    `buildspec` is the name of a file in the source, or the Path of a file that becomes part of the project, so that a
    repository cannot change its commands; only such a build may build images. `permissions` are statements in addition
    to those for source, artifacts, log and, with `installs_packages`, the package index. `variables` are plain text.
    """
    if builds_images and not isinstance(buildspec, Path):
        raise UserError(f"build {title} makes images by {buildspec} of a repository; give it a buildspec of ours")
    own_role = None if role else _own_role(t, environment, title, installs_packages, permissions)
    spec = buildspec.read_text(encoding="utf-8") if isinstance(buildspec, Path) else buildspec
    project = _project(t, environment, title, description, _project_environment(variables or {}, builds_images))
    project.ServiceRole = GetAtt(own_role, "Arn") if own_role else role
    project.Source = cb.Source(Type="CODEPIPELINE", BuildSpec=spec)
    project.Artifacts = cb.Artifacts(Type="CODEPIPELINE")
    return Build(own_role, project)


def standalone_build(
    t: Template,
    environment: BuildEnvironment,
    title: str,
    description: str,
    archive: Any,
    buildspec: Path,
    *permissions: dict[str, Any],
    variables: Mapping[str, Any],
) -> Build:
    """A build outside of pipelines, on an archive in S3 (`<bucket>/<key>`), without artifacts.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    own_role = _own_role(t, environment, title, False, permissions)
    project = _project(t, environment, title, description, _project_environment(variables, False))
    project.ServiceRole = GetAtt(own_role, "Arn")
    project.Source = cb.Source(Type="S3", Location=archive, BuildSpec=buildspec.read_text(encoding="utf-8"))
    project.Artifacts = cb.Artifacts(Type="NO_ARTIFACTS")
    return Build(own_role, project)


def _project(
    t: Template, environment: BuildEnvironment, title: str, description: str, container: cb.Environment
) -> cb.Project:
    """The properties of every project; the caller adds role, source and artifacts."""
    return cb.Project(
        title,
        Name=resource_name(f"{environment.purpose}-{to_kebab_case(title)}"),
        Description=description,
        EncryptionKey=contract(t, "spoke", "data_key_arn"),
        TimeoutInMinutes=_TIMEOUT_MINUTES,
        Environment=container,
        VpcConfig=_network(t, environment),
        LogsConfig=cb.LogsConfig(CloudWatchLogs=cb.CloudWatchLogs(Status="ENABLED", GroupName=Ref(environment.logs))),
        Tags=tags(t),
    )


def _network(t: Template, environment: BuildEnvironment) -> cb.VpcConfig:
    return cb.VpcConfig(
        VpcId=contract(t, "spoke", "vpc_id"),
        Subnets=contract(t, "spoke", "subnet_ids"),
        SecurityGroupIds=[GetAtt(environment.group, "GroupId")],
    )


def _project_environment(variables: Mapping[str, Any], builds_images: bool) -> cb.Environment:
    return cb.Environment(
        Type="LINUX_CONTAINER",
        ComputeType="BUILD_GENERAL1_MEDIUM",
        Image=IMAGE,
        PrivilegedMode=builds_images,
        EnvironmentVariables=[cb.EnvironmentVariable(Name=name, Value=value) for name, value in variables.items()],
    )


def _own_role(
    t: Template,
    environment: BuildEnvironment,
    title: str,
    installs_packages: bool,
    permissions: tuple[dict[str, Any], ...],
) -> Role:
    statements = [
        *_common_permissions(t, environment),
        *(_package_permissions(t) if installs_packages else ()),
        *permissions,
    ]
    return service_role(
        t, f"{title}Role", resource_name(f"{environment.purpose}-{to_kebab_case(title)}"), "codebuild", *statements
    )


def _common_permissions(t: Template, environment: BuildEnvironment) -> list[dict[str, Any]]:
    """Permissions of every build; the bucket contains artifacts of this product's pipelines alone.

    https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    """
    objects = Sub("${Bucket}/*", Bucket=GetAtt(environment.bucket, "Arn"))
    codebuild = {"ec2:AuthorizedService": "codebuild.amazonaws.com"}
    interfaces = Sub("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:network-interface/*")
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [GetAtt(environment.logs, "Arn")]),
        allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [objects]),
        allow(_KMS_ACTIONS, [contract(t, "spoke", "data_key_arn")]),
        allow([f"ec2:{action}" for action in _NETWORK_ACTIONS], ["*"]),
        allow(["ec2:CreateNetworkInterfacePermission"], [interfaces], StringEquals=codebuild),
    ]


def _package_permissions(t: Template) -> list[dict[str, Any]]:
    """Permissions to read the hub's package index, the only source of packages."""
    domain, repository, account = (
        contract(t, "hub", f"package_index_{key}") for key in ("domain", "repository", "account")
    )
    values = {"Domain": domain, "Repository": repository, "Account": account}
    prefix = "arn:${AWS::Partition}:codeartifact:${AWS::Region}:${Account}"
    arns = [Sub(f"{prefix}:domain/${{Domain}}", Domain=domain, Account=account)]
    arns.append(Sub(f"{prefix}:repository/${{Domain}}/${{Repository}}", **values))
    token = {"sts:AWSServiceName": "codeartifact.amazonaws.com"}
    return [
        allow([f"codeartifact:{action}" for action in _CODEARTIFACT_ACTIONS], arns),
        allow(["sts:GetServiceBearerToken"], ["*"], StringEquals=token),
    ]
