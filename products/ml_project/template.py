"""A project for a new model: repository with first commit, buckets, pipelines. Developers create it in Studio."""

from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, If, Join, NoValue, Ref, Sub, Template
from troposphere import sagemaker as sm
from troposphere.cloudformation import CustomResource
from troposphere.iam import PolicyType

from generators import kit

HERE = Path(__file__).parent
GROUP = "Your project"
NAME = "${SageMakerProjectName}"
BRANCH = "main"
HOSTS = ("github.com", "gitlab.com", "bitbucket.org")
CODECOMMIT_NAME = "[a-z][a-z0-9-]{1,38}[a-z0-9]"
PROVIDER_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){1,4}"
CODECOMMIT_ONLY = {"Condition": "IsCodeCommit"}


class FirstCommit(CustomResource):
    """Custom resource; first_commit.py is its function."""

    resource_type = "Custom::FirstCommit"
    props = {
        "ServiceToken": (str, True),
        "ServiceTimeout": (int, True),
        "Provider": (str, True),
        "Repository": (str, True),
        "ConnectionArn": (str, True),
        "Build": (str, True),
    }


def build() -> Template:
    """The template of the product."""
    t = Template(
        "A repository with a project of the chosen model type, its buckets, its training and its inference pipeline"
    )
    add_parameters(t)
    kit.add_provider_conditions(t)
    kit.add_container_conditions(t, Ref("ModelType"))
    description = Sub(f"Code of the project {NAME}")
    code = kit.repository(t, "Repository", repository_name(), description, project_tags(), **CODECOMMIT_ONLY)
    workspace = kit.model_workspace(t, NAME, **project_tags())
    sources = kit.source_steps(t, *[GetAtt("FirstCommit", "Repository")] * 2, BRANCH)
    training = kit.model_pipeline(t, workspace, Ref("ModelType"), *sources)
    scoring = kit.scoring_pipeline(t, workspace, Ref("ModelType"), *sources)
    t.add_resource([code, code_repository(t), *training, *scoring, *first_commit(t, workspace)])
    t.add_resource(kit.start_on_push(t, training.pipeline, GetAtt(code, "Name"), BRANCH, **CODECOMMIT_ONLY))
    add_outputs(t, training, scoring)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters; SageMaker sets the first two when a project is created in Studio."""
    name = kit.model_name_parameter("Name of the project")
    kit.add_parameter(t, GROUP, "Project name", "SageMakerProjectName", Type="String", **name)
    kit.add_parameter(
        t,
        GROUP,
        "Project id",
        "SageMakerProjectId",
        Type="String",
        AllowedPattern="[a-zA-Z0-9](-*[a-zA-Z0-9]){1,19}",
        ConstraintDescription="the id that SageMaker gives the project, such as p-abcdefghijkl",
        Description="Given by SageMaker when the project is created in Studio",
    )
    kit.add_parameter(t, GROUP, "Model type", "ModelType", Type="String", **kit.model_type_parameter())
    kit.add_parameter(
        t, GROUP, "Git provider", "Provider", Type="String", Default="CodeCommit", **kit.git_provider_parameter()
    )
    kit.add_parameter(
        t,
        GROUP,
        "Repository",
        "RepositoryName",
        Type="String",
        Default="model",
        AllowedPattern=f"{CODECOMMIT_NAME}|{PROVIDER_NAME}",
        ConstraintDescription="CodeCommit: 3 to 40 lower-case letters, digits and dashes, beginning with a letter; "
        "elsewhere owner/name as the provider shows it",
        Description="CodeCommit: part of the new repository's name. Elsewhere: owner/name of an empty repository. "
        "Keep it in upgrades",
    )


def project_tags() -> dict[str, Ref]:
    """Tags by which Studio shows the resources of a project.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-resources.html
    """
    return {"sagemaker:project-name": Ref("SageMakerProjectName"), "sagemaker:project-id": Ref("SageMakerProjectId")}


def repository_name() -> Sub:
    """The repository's name with a suffix, since two projects may choose the same name."""
    return kit.resource_name("${RepositoryName}")


def code_repository(t: Template) -> sm.CodeRepository:
    """The entry of the CodeCommit repository in Studio, which has no access to the internet.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
    """
    config = sm.GitConfig(RepositoryUrl=GetAtt("Repository", "CloneUrlHttp"), Branch=BRANCH)
    return sm.CodeRepository(
        "StudioRepository",
        CodeRepositoryName=repository_name(),
        GitConfig=config,
        Tags=kit.tags(t, **project_tags()),
        **CODECOMMIT_ONLY,
    )


def first_commit(t: Template, workspace: kit.ModelWorkspace) -> list[AWSObject]:
    """The first commit of the repository: a build pushes it, and a function waits for the build."""
    archive = kit.archive_location(t, Ref("ModelType"))
    variables = {
        "REMOTE": If("IsCodeCommit", GetAtt("Repository", "CloneUrlHttp"), kit.connection(t)),
        "REPOSITORY": Ref("RepositoryName"),
        "MODEL_TYPE": Ref("ModelType"),
        "PROJECT": Ref("SageMakerProjectName"),
        "OWNER": kit.contract(t, "spoke", "team"),
    }
    build = kit.standalone_build(
        t,
        workspace.build_environment,
        "Seeding",
        "Puts the first commit into an empty repository",
        Join("/", archive),
        HERE / "first_commit.buildspec.yml",
        *push_permissions(t, archive),
        variables=variables,
    )
    function = kit.private_function(t, "Seeds", "first-commit", HERE / "first_commit.py", "Waits for the first commit")
    permissions = kit.policy_document(
        kit.allow(["codebuild:BatchGetBuilds", "codebuild:StartBuild"], [GetAtt(build.project, "Arn")]),
        kit.allow(["codeconnections:GetConnection"], kit.connections(t)),
    )
    policy = PolicyType("SeedsPermissions", PolicyName="seed", PolicyDocument=permissions, Roles=[Ref(function.role)])
    commit = FirstCommit(
        "FirstCommit",
        ServiceToken=GetAtt(function.function, "Arn"),
        ServiceTimeout=900,
        Provider=Ref("Provider"),
        Repository=repository(),
        ConnectionArn=kit.connection(t),
        Build=Ref(build.project),
        DependsOn=["BuildLogs", "SeedsPermissions"],
    )
    return [*build, *function, policy, commit]


def repository() -> If:
    """The name of the repository: that of the CodeCommit repository, or owner/name at the Git provider."""
    return If("IsCodeCommit", GetAtt("Repository", "Name"), Ref("RepositoryName"))


def push_permissions(t: Template, archive: tuple[Any, Any]) -> list[Any]:
    """Permissions to push to this repository only, though the connection may reach others.

    https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html
    https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html
    """
    bucket, key = archive
    archive_arn = Sub("arn:${AWS::Partition}:s3:::${Bucket}/${Key}", Bucket=bucket, Key=key)
    git = kit.allow(["codecommit:GitPull", "codecommit:GitPush"], [GetAtt("Repository", "Arn")])
    connection = [
        kit.allow(
            [f"{prefix}:UseConnection"],
            [kit.connection(t)],
            StringEquals={f"{prefix}:FullRepositoryId": Ref("RepositoryName")},
        )
        for prefix in ("codeconnections", "codestar-connections")
    ]
    return [
        If("IsCodeCommit", git, NoValue),
        *(If("IsConnected", statement, NoValue) for statement in connection),
        kit.allow(["s3:GetObject", "s3:GetObjectVersion"], [archive_arn]),
    ]


def add_outputs(t: Template, training: kit.ModelPipeline, scoring: kit.ScoringPipeline) -> None:
    """Add the outputs."""
    web = Sub("https://${Host}/${RepositoryName}", Host=kit.if_provider(*HOSTS))
    url = If("IsCodeCommit", GetAtt("Repository", "CloneUrlHttp"), web)
    kit.add_output(t, "RepositoryUrl", "Address to clone from", url)
    kit.add_output(t, "Repository", "Name of the repository", repository())
    kit.add_output(t, "Pipeline", "Pipeline that each merge starts", Ref(training.pipeline.pipeline))
    kit.add_output(t, "InferencePipeline", "Pipeline that each approval starts", Ref(scoring.pipeline.pipeline))
    kit.add_output(t, "TrainingPipeline", "SageMaker pipeline that it writes and runs", training.training_pipeline)
    kit.add_output(t, "ModelGroup", "Group of the model's versions in the registry", training.model_group)
    kit.add_output(t, "DataBucket", "Bucket for data", Ref("DataBucket"))
    kit.add_output(t, "ModelBucket", "Bucket for model artifacts", Ref("ModelBucket"))
    kit.add_output(t, "ArtifactBucket", "Bucket for pipeline artifacts", Ref("ArtifactBucket"))
    kit.add_output(t, "News", "Topic that is told how each run ended; subscribe to it", Ref("News"))
