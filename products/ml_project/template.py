"""A new model's home: a repository with a first commit, buckets, the training pipeline. Made in Studio."""

from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, If, Join, Ref, Sub, Template
from troposphere import sagemaker as sm
from troposphere.cloudformation import CustomResource
from troposphere.iam import PolicyType

from generators import kit

HERE = Path(__file__).parent
YOURS = "Your project"
NAME = "${SageMakerProjectName}"
BRANCH = "main"
HOSTS = ("github.com", "gitlab.com", "bitbucket.org")
IN_CODECOMMIT = "[a-z][a-z0-9-]{1,38}[a-z0-9]"
AT_PROVIDER = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){1,4}"
# What belongs to one of the two homes of a repository only.
MADE, CONNECTED = {"Condition": "IsCodeCommit"}, {"Condition": "IsConnected"}


class FirstCommit(CustomResource):
    """Answered by first_commit.py."""

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
    """What the developer gets."""
    t = Template(
        "A repository with a project of the chosen model type, its buckets, its training and its inference pipeline"
    )
    add_parameters(t)
    kit.add_provider_conditions(t)
    kit.own_container(t, Ref("ModelType"))
    archive = kit.seed(t, Ref("ModelType"))
    about = Sub(f"Code of the project {NAME}")
    repository = kit.seeded_repository(t, "Repository", repository_name(), archive, about, marks(), **MADE)
    ground = kit.model_workspace(t, NAME, **marks())
    sources = kit.sources(t, GetAtt("FirstCommit", "Repository"), GetAtt(repository, "Name"), BRANCH)
    line = kit.model_pipeline(t, ground, Ref("ModelType"), *sources)
    scoring = kit.scoring(t, ground, Ref("ModelType"), *sources)
    t.add_resource([repository, code_repository(t), *line, *scoring, *first_commit(t, ground, archive)])
    t.add_resource(kit.start_on_push(t, line.pipeline, GetAtt(repository, "Name"), BRANCH, **MADE))
    outputs(t, line, scoring)
    return t


def add_parameters(t: Template) -> None:
    """SageMaker fills in the first two when the project is made in Studio."""
    name = kit.model_name("Name of the project")
    kit.add_parameter(t, YOURS, "Project name", "SageMakerProjectName", Type="String", **name)
    kit.add_parameter(
        t,
        YOURS,
        "Project id",
        "SageMakerProjectId",
        Type="String",
        AllowedPattern="[a-zA-Z0-9](-*[a-zA-Z0-9]){1,19}",
        ConstraintDescription="the id that SageMaker gives the project, such as p-abcdefghijkl",
        Description="Given by SageMaker when the project is created in Studio",
    )
    kit.add_parameter(t, YOURS, "Model type", "ModelType", Type="String", **kit.model_type())
    kit.add_parameter(t, YOURS, "Git provider", "Provider", Type="String", Default="CodeCommit", **kit.git_provider())
    kit.add_parameter(
        t,
        YOURS,
        "Repository",
        "RepositoryName",
        Type="String",
        Default="model",
        AllowedPattern=f"{IN_CODECOMMIT}|{AT_PROVIDER}",
        ConstraintDescription="CodeCommit: 3 to 40 lower-case letters, digits and dashes, beginning with a letter; "
        "elsewhere owner/name as the provider shows it",
        Description="CodeCommit: part of the new repository's name. Elsewhere: owner/name of an empty repository. "
        "Keep it in upgrades",
    )


def marks() -> dict[str, Ref]:
    """The tags by which Studio shows what belongs to a project.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-resources.html
    """
    return {"sagemaker:project-name": Ref("SageMakerProjectName"), "sagemaker:project-id": Ref("SageMakerProjectId")}


def repository_name() -> Sub:
    """Two projects may ask for the same name."""
    return kit.resource_name("${RepositoryName}")


def code_repository(t: Template) -> sm.CodeRepository:
    """Shows the repository in Studio, which has no way to the internet.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
    """
    address = sm.GitConfig(RepositoryUrl=GetAtt("Repository", "CloneUrlHttp"), Branch=BRANCH)
    return sm.CodeRepository(
        "StudioRepository", CodeRepositoryName=repository_name(), GitConfig=address, Tags=kit.tags(t, **marks()), **MADE
    )


def first_commit(t: Template, ground: kit.ModelWorkspace, archive: tuple[Any, Any]) -> list[AWSObject]:
    """A provider's repository gets what CodeCommit's gets, by a build; a function waits for it and says how it went."""
    place = Join("/", archive)
    told = {"CONNECTION_ARN": kit.connection(t), "REPOSITORY": Ref("RepositoryName"), "MODEL_TYPE": Ref("ModelType")}
    text, spec = "Puts the first commit into an empty repository", HERE / "first_commit.buildspec.yml"
    work = kit.standalone_build(t, ground.shop, "Seeding", text, place, spec, *may_push(t, archive), variables=told)
    function = kit.private_function(t, "Seeds", "first-commit", HERE / "first_commit.py", "Waits for the first commit")
    run = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
    look = kit.document(
        kit.allow(run, [GetAtt(work.project, "Arn")]),
        kit.allow(["codeconnections:GetConnection"], kit.connections(t)),
    )
    policy = PolicyType("SeedsPermissions", PolicyName="seed", PolicyDocument=look, Roles=[Ref(function.role)])
    made = FirstCommit(
        "FirstCommit",
        ServiceToken=GetAtt(function.function, "Arn"),
        ServiceTimeout=900,
        Provider=Ref("Provider"),
        Repository=Ref("RepositoryName"),
        ConnectionArn=kit.connection(t),
        Build=Ref(work.project),
        DependsOn=["BuildLogs", "SeedsPermissions"],
    )
    parts = [*work, *function, policy, made]
    for it in parts:
        it.resource.update(CONNECTED)
    return parts


def may_push(t: Template, archive: tuple[Any, Any]) -> list[dict[str, Any]]:
    """This repository alone, whatever else the connection reaches.

    https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html
    """
    bucket, key = archive
    found = Sub("arn:${AWS::Partition}:s3:::${Bucket}/${Key}", Bucket=bucket, Key=key)
    names = ("codeconnections", "codestar-connections")
    fences = [{f"{it}:FullRepositoryId": Ref("RepositoryName")} for it in names]
    push = [
        kit.allow([f"{it}:UseConnection"], [kit.connection(t)], StringEquals=fence)
        for it, fence in zip(names, fences, strict=True)
    ]
    return [*push, kit.allow(["s3:GetObject", "s3:GetObjectVersion"], [found])]


def outputs(t: Template, line: kit.ModelPipeline, scoring: kit.Scoring) -> None:
    """What the developer works with."""
    web = Sub("https://${Host}/${RepositoryName}", Host=kit.if_provider(*HOSTS))
    url = If("IsCodeCommit", GetAtt("Repository", "CloneUrlHttp"), web)
    name = If("IsCodeCommit", GetAtt("Repository", "Name"), Ref("RepositoryName"))
    kit.add_output(t, "RepositoryUrl", "Address to clone from", url)
    kit.add_output(t, "Repository", "Name of the repository", name)
    kit.add_output(t, "Pipeline", "Pipeline that each merge starts", Ref(line.pipeline.pipeline))
    kit.add_output(t, "InferencePipeline", "Pipeline that each approval starts", Ref(scoring.pipeline.pipeline))
    kit.add_output(t, "TrainingPipeline", "SageMaker pipeline that it writes and runs", line.trains)
    kit.add_output(t, "ModelGroup", "Group of the model's versions in the registry", line.models)
    kit.add_output(t, "DataBucket", "Bucket for data", Ref("DataBucket"))
    kit.add_output(t, "ModelBucket", "Bucket for model artifacts", Ref("ModelBucket"))
    kit.add_output(t, "ArtifactBucket", "Bucket for pipeline artifacts", Ref("ArtifactBucket"))
    kit.add_output(t, "News", "Topic that is told how each run ended; subscribe to it", Ref("News"))
