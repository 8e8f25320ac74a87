"""A new model's home: a repository with a first commit, buckets, the training pipeline. Made in Studio."""

from troposphere import GetAtt, Ref, Sub, Template
from troposphere import sagemaker as sm

from generators import kit

YOURS = "Your project"
NAME = "${SageMakerProjectName}"
BRANCH = "main"


def build() -> Template:
    """What the developer gets."""
    t = Template(
        "A repository with a project of the chosen model type, its buckets, its training and its inference pipeline"
    )
    questions(t)
    kit.own_container(t, Ref("ModelType"))
    about = Sub(f"Code of the project {NAME}")
    repository = kit.seeded_repository(t, "Repository", repository_name(), Ref("ModelType"), about, **marks())
    source = kit.from_codecommit(GetAtt(repository, "Name"), BRANCH)
    ground = kit.ground(t, NAME, **marks())
    line = kit.line(t, ground, Ref("ModelType"), source)
    scoring = kit.scoring(t, ground, Ref("ModelType"), source)
    t.add_resource([repository, code_repository(t), *line, *scoring])
    t.add_resource(kit.on_push(t, line.pipeline, GetAtt(repository, "Name"), BRANCH))
    outputs(t, line, scoring)
    return t


def questions(t: Template) -> None:
    """SageMaker fills in the first two when the project is made in Studio."""
    name = kit.model_name("Name of the project")
    kit.ask(t, YOURS, "Project name", "SageMakerProjectName", Type="String", **name)
    kit.ask(
        t,
        YOURS,
        "Project id",
        "SageMakerProjectId",
        Type="String",
        AllowedPattern="[a-zA-Z0-9](-*[a-zA-Z0-9]){1,19}",
        ConstraintDescription="the id that SageMaker gives the project, such as p-abcdefghijkl",
        Description="Given by SageMaker when the project is created in Studio",
    )
    kit.ask(t, YOURS, "Model type", "ModelType", Type="String", **kit.model_type())
    kit.ask(
        t,
        YOURS,
        "Repository",
        "RepositoryName",
        Type="String",
        Default="model",
        AllowedPattern="[a-z][a-z0-9-]{1,38}[a-z0-9]",
        ConstraintDescription="3 to 40 lower-case letters, digits and dashes, beginning with a letter",
        Description="Part of the new repository's name; keep it in upgrades",
    )


def marks() -> dict[str, Ref]:
    """The tags by which Studio shows what belongs to a project.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-resources.html
    """
    return {"sagemaker:project-name": Ref("SageMakerProjectName"), "sagemaker:project-id": Ref("SageMakerProjectId")}


def repository_name() -> Sub:
    """Two projects may ask for the same name."""
    return kit.named("${RepositoryName}")


def code_repository(t: Template) -> sm.CodeRepository:
    """Shows the repository in Studio, which has no way to the internet.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
    """
    address = sm.GitConfig(RepositoryUrl=GetAtt("Repository", "CloneUrlHttp"), Branch=BRANCH)
    return sm.CodeRepository(
        "StudioRepository", CodeRepositoryName=repository_name(), GitConfig=address, Tags=kit.tags(t, **marks())
    )


def outputs(t: Template, line: kit.Line, scoring: kit.Scoring) -> None:
    """What the developer works with."""
    kit.give(t, "RepositoryUrl", "Address to clone from", GetAtt("Repository", "CloneUrlHttp"))
    kit.give(t, "Repository", "Name of the repository", GetAtt("Repository", "Name"))
    kit.give(t, "Pipeline", "Pipeline that each merge starts", Ref(line.pipeline.pipeline))
    kit.give(t, "InferencePipeline", "Pipeline that each approval starts", Ref(scoring.pipeline.pipeline))
    kit.give(t, "TrainingPipeline", "SageMaker pipeline that it writes and runs", line.trains)
    kit.give(t, "ModelGroup", "Group of the model's versions in the registry", line.models)
    kit.give(t, "DataBucket", "Bucket for data", Ref("DataBucket"))
    kit.give(t, "ModelBucket", "Bucket for model artifacts", Ref("ModelBucket"))
    kit.give(t, "ArtifactBucket", "Bucket for pipeline artifacts", Ref("ArtifactBucket"))
    kit.give(t, "News", "Topic that is told how each run ended; subscribe to it", Ref("News"))
