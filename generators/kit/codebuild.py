"""Builds inside the VPC, and what the builds of one product share. Reads a buildspec that is a file, nothing else."""

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

# AWS keeps this image current; the platform's own pipelines run on it too. It is not pulled through the VPC.
# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
_MINUTES = 60
_CODEARTIFACT = ("GetAuthorizationToken", "GetRepositoryEndpoint", "ReadFromRepository")
_KEY = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
_INTERFACES = (
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    *(f"Describe{it}" for it in ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")),
)


@dataclass(frozen=True, slots=True)
class BuildEnvironment:
    """Where the builds of a product work: the bucket of artifacts, the log group, the security group."""

    purpose: str
    bucket: s3.Bucket
    policy: s3.BucketPolicy
    logs: LogGroup
    group: SecurityGroup

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((self.bucket, self.policy, self.logs, self.group))


@dataclass(frozen=True, slots=True)
class Build:
    """A build project and its own role, if it has one. The pipeline that runs it finds both here."""

    role: Role | None
    project: cb.Project

    def __iter__(self) -> Iterator[AWSObject]:
        return (it for it in (self.role, self.project) if it is not None)


def build_environment(t: Template, purpose: str, *platform: Any) -> BuildEnvironment:
    """`purpose` is for Fn::Sub, at most 20 characters; the names of builds, roles and the bucket begin with it.

    CodePipeline and CodeBuild fetch and store artifacts from AWS's own network, under the roles of this product;
    `platform` are the ARNs of roles of the platform under which builds work, if any do.
    """
    own = role_arn(resource_name(f"{purpose}*"))
    roles: Any = [own, *platform] if platform else own
    bucket, policy = private_bucket(t, "ArtifactBucket", f"{purpose}-artifacts", outside=roles)
    logs = log_group(t, "BuildLogs", resource_name(f"{purpose}-builds"))
    group = security_group(t, "BuildSecurityGroup", "Builds and jobs: HTTPS to AWS services only")
    return BuildEnvironment(purpose, bucket, policy, logs, group)


def build(
    t: Template,
    shop: BuildEnvironment,
    title: str,
    about: str,
    buildspec: str | Path,
    *permissions: dict[str, Any],
    variables: Mapping[str, Any] | None = None,
    makes_images: bool = False,
    installs: bool = True,
    role: Any = None,
) -> Build:
    """A step of a pipeline, in the VPC, under the account's key, with a role of its own or one of the platform by ARN.

    `buildspec` names a file of the source, or is the path of one beside the template, which goes into the project and
    whose commands nobody can change in a repository. Only such a build may make images. `permissions` are what it may
    do beside reading the source, the package index if it `installs` something, and writing artifacts and its log;
    `variables` are plain text.
    """
    if makes_images and not isinstance(buildspec, Path):
        raise UserError(f"build {title} makes images by {buildspec} of a repository; give it a buildspec of ours")
    own = None if role else _own_role(t, shop, title, installs, permissions)
    spec = buildspec.read_text(encoding="utf-8") if isinstance(buildspec, Path) else buildspec
    project = _project(t, shop, title, about, _environment(variables or {}, makes_images))
    project.ServiceRole = GetAtt(own, "Arn") if own else role
    project.Source = cb.Source(Type="CODEPIPELINE", BuildSpec=spec)
    project.Artifacts = cb.Artifacts(Type="CODEPIPELINE")
    return Build(own, project)


def standalone_build(
    t: Template,
    shop: BuildEnvironment,
    title: str,
    about: str,
    archive: Any,
    buildspec: Path,
    *permissions: dict[str, Any],
    variables: Mapping[str, Any],
) -> Build:
    """A build outside of every pipeline, on an archive in S3 (`<bucket>/<key>`), that leaves no artifacts.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    own = _own_role(t, shop, title, False, permissions)
    project = _project(t, shop, title, about, _environment(variables, False))
    project.ServiceRole = GetAtt(own, "Arn")
    project.Source = cb.Source(Type="S3", Location=archive, BuildSpec=buildspec.read_text(encoding="utf-8"))
    project.Artifacts = cb.Artifacts(Type="NO_ARTIFACTS")
    return Build(own, project)


def _project(t: Template, shop: BuildEnvironment, title: str, about: str, environment: cb.Environment) -> cb.Project:
    """What every build has; role, source and artifacts are to come."""
    return cb.Project(
        title,
        Name=resource_name(f"{shop.purpose}-{to_kebab_case(title)}"),
        Description=about,
        EncryptionKey=contract(t, "spoke", "data_key_arn"),
        TimeoutInMinutes=_MINUTES,
        Environment=environment,
        VpcConfig=_network(t, shop),
        LogsConfig=cb.LogsConfig(CloudWatchLogs=cb.CloudWatchLogs(Status="ENABLED", GroupName=Ref(shop.logs))),
        Tags=tags(t),
    )


def _network(t: Template, shop: BuildEnvironment) -> cb.VpcConfig:
    return cb.VpcConfig(
        VpcId=contract(t, "spoke", "vpc_id"),
        Subnets=contract(t, "spoke", "subnet_ids"),
        SecurityGroupIds=[GetAtt(shop.group, "GroupId")],
    )


def _environment(variables: Mapping[str, Any], makes_images: bool) -> cb.Environment:
    return cb.Environment(
        Type="LINUX_CONTAINER",
        ComputeType="BUILD_GENERAL1_MEDIUM",
        Image=IMAGE,
        PrivilegedMode=makes_images,
        EnvironmentVariables=[cb.EnvironmentVariable(Name=it, Value=value) for it, value in variables.items()],
    )


def _own_role(
    t: Template, shop: BuildEnvironment, title: str, installs: bool, permissions: tuple[dict[str, Any], ...]
) -> Role:
    needs = [*_everywhere(t, shop), *(_packages(t) if installs else ()), *permissions]
    return service_role(t, f"{title}Role", resource_name(f"{shop.purpose}-{to_kebab_case(title)}"), "codebuild", *needs)


def _everywhere(t: Template, shop: BuildEnvironment) -> list[dict[str, Any]]:
    """What every build needs. The bucket's folders belong to the pipelines of this product alone.

    https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    """
    objects = Sub("${Bucket}/*", Bucket=GetAtt(shop.bucket, "Arn"))
    codebuild = {"ec2:AuthorizedService": "codebuild.amazonaws.com"}
    interfaces = Sub("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:network-interface/*")
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [GetAtt(shop.logs, "Arn")]),
        allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [objects]),
        allow(_KEY, [contract(t, "spoke", "data_key_arn")]),
        allow([f"ec2:{it}" for it in _INTERFACES], ["*"]),
        allow(["ec2:CreateNetworkInterfacePermission"], [interfaces], StringEquals=codebuild),
    ]


def _packages(t: Template) -> list[dict[str, Any]]:
    """The hub's package index, through which alone packages come in."""
    domain, repository, account = (
        contract(t, "hub", f"package_index_{it}") for it in ("domain", "repository", "account")
    )
    values = {"Domain": domain, "Repository": repository, "Account": account}
    where = "arn:${AWS::Partition}:codeartifact:${AWS::Region}:${Account}"
    arns = [Sub(f"{where}:domain/${{Domain}}", Domain=domain, Account=account)]
    arns.append(Sub(f"{where}:repository/${{Domain}}/${{Repository}}", **values))
    token = {"sts:AWSServiceName": "codeartifact.amazonaws.com"}
    return [
        allow([f"codeartifact:{it}" for it in _CODEARTIFACT], arns),
        allow(["sts:GetServiceBearerToken"], ["*"], StringEquals=token),
    ]
