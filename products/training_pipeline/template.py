"""From a merge into the main branch to a model that waits for approval, for one repository and one model."""

from pathlib import Path

from troposphere import AWSObject, GetAtt, Ref, Template
from troposphere.cloudformation import CustomResource
from troposphere.iam import PolicyType

from generators import kit

HERE = Path(__file__).parent
YOURS = "Your model"


class Repository(CustomResource):
    """Answered by look_up.py."""

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
    """What the technical lead gets."""
    t = Template("Quality, build and run of one repository's model, started by each merge into its branch")
    add_parameters(t)
    kit.add_provider_conditions(t)
    kit.own_container(t, Ref("ModelType"))
    ground = kit.model_workspace(t, "${ModelName}")
    line = kit.model_pipeline(
        t, ground, Ref("ModelType"), *kit.sources(t, Ref("Repository"), Ref("Repository"), Ref("Branch"))
    )
    line.pipeline.pipeline.resource["DependsOn"] = "Found"
    t.add_resource([*looked_up(t), *line])
    t.add_resource(kit.start_on_push(t, line.pipeline, Ref("Repository"), Ref("Branch"), Condition="IsCodeCommit"))
    outputs(t, line)
    return t


def add_parameters(t: Template) -> None:
    """All that the user is asked."""
    kit.add_parameter(t, YOURS, "Git provider", "Provider", Type="String", Default="GitHub", **kit.git_provider())
    kit.add_parameter(
        t,
        YOURS,
        "Repository",
        "Repository",
        Type="String",
        AllowedPattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,4}",
        ConstraintDescription="owner/name as the Git provider shows it, or the repository's name in CodeCommit",
        Description="Repository with the model's code, such as credit-risk/churn; it has the three buildspec files",
    )
    kit.add_parameter(
        t,
        YOURS,
        "Branch",
        "Branch",
        Type="String",
        Default="main",
        AllowedPattern="[A-Za-z0-9][A-Za-z0-9._/-]{0,99}",
        ConstraintDescription="the name of a branch, such as main, at most 100 characters",
        Description="A merge into this branch starts the pipeline",
    )
    kit.add_parameter(t, YOURS, "Model name", "ModelName", Type="String", **kit.model_name("Name of the model"))
    kit.add_parameter(t, YOURS, "Model type", "ModelType", Type="String", **kit.model_type())


def looked_up(t: Template) -> list[AWSObject]:
    """Repository, branch and connection are looked up first: what is not there is refused with the reason."""
    function = kit.private_function(t, "LookUp", "look-up", HERE / "look_up.py", "Looks a repository up")
    look = kit.document(
        kit.allow(["codecommit:GetBranch"], [kit.repository_arn(Ref("Repository"))]),
        kit.allow(["codeconnections:GetConnection"], kit.connections(t)),
    )
    policy = PolicyType("LookUpPermissions", PolicyName="look", PolicyDocument=look, Roles=[Ref(function.role)])
    found = Repository(
        "Found",
        ServiceToken=GetAtt(function.function, "Arn"),
        ServiceTimeout=120,
        Provider=Ref("Provider"),
        Repository=Ref("Repository"),
        Branch=Ref("Branch"),
        ConnectionArn=kit.connection(t),
        DependsOn="LookUpPermissions",
    )
    return [*function, policy, found]


def outputs(t: Template, line: kit.ModelPipeline) -> None:
    """What the user works with."""
    kit.add_output(t, "Pipeline", "Pipeline that each merge starts", Ref(line.pipeline.pipeline))
    kit.add_output(t, "TrainingPipeline", "SageMaker pipeline that it writes and runs", line.trains)
    kit.add_output(t, "ModelGroup", "Group of the model's versions in the registry", line.models)
    kit.add_output(t, "Experiment", "Experiment with the metrics of each run", Ref(line.ground.experiment))
    kit.add_output(t, "DataBucket", "Bucket for data", Ref("DataBucket"))
    kit.add_output(t, "ModelBucket", "Bucket for model artifacts", Ref("ModelBucket"))
    kit.add_output(t, "ArtifactBucket", "Bucket for pipeline artifacts", Ref("ArtifactBucket"))
    kit.add_output(t, "News", "Topic that is told how each run ended; subscribe to it", Ref("News"))
