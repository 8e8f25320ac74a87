"""The pipeline of one repository's model, from a merge into its branch to a version that awaits approval."""

from pathlib import Path

from troposphere import AWSObject, GetAtt, Ref, Template
from troposphere.cloudformation import CustomResource
from troposphere.iam import PolicyType

from generators import kit

HERE = Path(__file__).parent
GROUP = "Your model"


class Repository(CustomResource):
    """Custom resource; look_up.py is its function."""

    resource_type = "Custom::Repository"
    props = {
        "ServiceToken": (str, True),
        "ServiceTimeout": (int, True),
        "Provider": (str, True),
        "Repository": (str, True),
        "Branch": (str, True),
        "ConnectionArn": (str, True),
    }


def build() -> Template:
    """The template of the product."""
    t = Template("Quality, build and run of one repository's model, started by each merge into its branch")
    add_parameters(t)
    kit.add_provider_conditions(t)
    kit.add_container_conditions(t, Ref("ModelType"))
    workspace = kit.model_workspace(t, "${ModelName}")
    training = kit.model_pipeline(
        t, workspace, Ref("ModelType"), *kit.source_steps(t, Ref("Repository"), Ref("Repository"), Ref("Branch"))
    )
    training.pipeline.pipeline.resource["DependsOn"] = "Found"
    t.add_resource([*repository_look_up(t), *training])
    t.add_resource(kit.start_on_push(t, training.pipeline, Ref("Repository"), Ref("Branch"), Condition="IsCodeCommit"))
    add_outputs(t, training)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters of the launch form."""
    kit.add_parameter(
        t, GROUP, "Git provider", "Provider", Type="String", Default="GitHub", **kit.git_provider_parameter()
    )
    kit.add_parameter(
        t,
        GROUP,
        "Repository",
        "Repository",
        Type="String",
        AllowedPattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,4}",
        ConstraintDescription="owner/name as the Git provider shows it, or the repository's name in CodeCommit",
        Description="Repository with the model's code, such as credit-risk/churn; it has the three buildspec files",
    )
    kit.add_parameter(
        t,
        GROUP,
        "Branch",
        "Branch",
        Type="String",
        Default="main",
        AllowedPattern="[A-Za-z0-9][A-Za-z0-9._/-]{0,99}",
        ConstraintDescription="the name of a branch, such as main, at most 100 characters",
        Description="A merge into this branch starts the pipeline",
    )
    kit.add_parameter(
        t, GROUP, "Model name", "ModelName", Type="String", **kit.model_name_parameter("Name of the model")
    )
    kit.add_parameter(t, GROUP, "Model type", "ModelType", Type="String", **kit.model_type_parameter())


def repository_look_up(t: Template) -> list[AWSObject]:
    """A custom resource that fails with the reason when repository, branch or connection does not exist."""
    function = kit.private_function(t, "LookUp", "look-up", HERE / "look_up.py", "Looks a repository up")
    permissions = kit.policy_document(
        kit.allow(["codecommit:GetBranch"], [kit.repository_arn(Ref("Repository"))]),
        kit.allow(["codeconnections:GetConnection"], kit.connections(t)),
    )
    policy = PolicyType("LookUpPermissions", PolicyName="look", PolicyDocument=permissions, Roles=[Ref(function.role)])
    repository = Repository(
        "Found",
        ServiceToken=GetAtt(function.function, "Arn"),
        ServiceTimeout=120,
        Provider=Ref("Provider"),
        Repository=Ref("Repository"),
        Branch=Ref("Branch"),
        ConnectionArn=kit.connection(t),
        DependsOn="LookUpPermissions",
    )
    return [*function, policy, repository]


def add_outputs(t: Template, training: kit.ModelPipeline) -> None:
    """Add the outputs."""
    kit.add_output(t, "Pipeline", "Pipeline that each merge starts", Ref(training.pipeline.pipeline))
    kit.add_output(t, "TrainingPipeline", "SageMaker pipeline that it writes and runs", training.training_pipeline)
    kit.add_output(t, "ModelGroup", "Group of the model's versions in the registry", training.model_group)
    kit.add_output(t, "Experiment", "Experiment with the metrics of each run", Ref(training.workspace.experiment))
    kit.add_output(t, "DataBucket", "Bucket for data", Ref("DataBucket"))
    kit.add_output(t, "ModelBucket", "Bucket for model artifacts", Ref("ModelBucket"))
    kit.add_output(t, "ArtifactBucket", "Bucket for pipeline artifacts", Ref("ArtifactBucket"))
    kit.add_output(t, "News", "Topic that is told how each run ended; subscribe to it", Ref("News"))
