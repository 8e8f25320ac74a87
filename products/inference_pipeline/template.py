"""Inference with an approved version of a model: an endpoint, or batches of files on a schedule."""

from pathlib import Path
from typing import Any

from troposphere import And, AWSObject, Condition, Equals, GetAtt, If, Not, Ref, Sub, Template
from troposphere import sagemaker as sm
from troposphere.cloudformation import CustomResource
from troposphere.iam import PolicyType

from generators import kit

HERE = Path(__file__).parent
GROUP = "Your model"
BATCH, CANARY, LINEAR, AT_ONCE = "batch", "real-time-canary", "real-time-linear", "real-time-all-at-once"
TO_ZERO = "real-time-to-zero"
# Conditions of resources that one mode of use has.
REAL_TIME, ON_SCHEDULE, ON_DEMAND = {"Condition": "IsRealTime"}, {"Condition": "IsBatch"}, {"Condition": "IsToZero"}
CAPTURE = Sub("s3://${InferenceBucket}/capture")
_ARN = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"


class ApprovedModel(CustomResource):
    """Custom resource; newest_approved.py is its function."""

    resource_type = "Custom::ApprovedModel"
    props = {
        "ServiceToken": (str, True),
        "ServiceTimeout": (int, True),
        "ModelPackageGroupName": (str, True),
        "ModelPackageVersion": (str, True),
    }


def build() -> Template:
    """The template of the product."""
    t = Template("The approved version of a model, behind an endpoint or over files on a schedule, inside the network")
    add_parameters(t)
    t.add_condition("IsBatch", Equals(Ref("Mode"), BATCH))
    t.add_condition("IsToZero", Equals(Ref("Mode"), TO_ZERO))
    t.add_condition("IsRealTime", And(Not(Condition("IsBatch")), Not(Condition("IsToZero"))))
    t.add_condition("IsEndpoint", Not(Condition("IsBatch")))
    t.add_condition("IsLinear", Equals(Ref("Mode"), LINEAR))
    t.add_condition("IsAtOnce", Equals(Ref("Mode"), AT_ONCE))
    t.add_condition("IsProduction", Equals(kit.contract(t, "spoke", "environment"), "production"))
    t.add_resource(list(kit.private_bucket(t, "InferenceBucket", "inference")))
    group = kit.security_group(t, "ModelSecurityGroup", "Containers of the model")
    # The instances of a batch talk to each other: https://docs.aws.amazon.com/sagemaker/latest/dg/batch-vpc.html
    t.add_resource([group, *kit.allow_within_group(group, "Instances", 0, 65535)])
    t.add_resource([*approval(t), role(t), model(t)])
    t.add_resource([*endpoint(t), *on_demand(t)])
    pipeline = batch(t)
    parameters = {"Instances": Ref("MostInstances")}
    t.add_resource([pipeline, *kit.pipeline_schedule(t, pipeline, Ref("Schedule"), parameters, **ON_SCHEDULE)])
    add_outputs(t)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters of the launch form."""
    group: dict[str, Any] = {
        "AllowedPattern": "[a-z0-9](-*[a-z0-9]){0,39}",
        "ConstraintDescription": "1 to 40 lower-case letters, digits and dashes, as the model registry shows the group",
        "Description": "Model package group of this account; one of its versions must be approved",
    }
    version: dict[str, Any] = {
        "AllowedPattern": "newest|[1-9][0-9]{0,5}",
        "ConstraintDescription": "newest, or the number of an approved version",
        "Description": "newest is settled when it is launched; type a number to move to that version, or back to it",
    }
    mode: dict[str, Any] = {
        "AllowedValues": [BATCH, CANARY, LINEAR, AT_ONCE, TO_ZERO],
        "Description": "Files on a schedule, or an endpoint: in production a new version takes one instance first, "
        "half, or all at once, elsewhere all at once; to-zero has no instance while nobody asks",
    }
    schedule: dict[str, Any] = {
        "AllowedPattern": r"rate\([1-9][0-9]{0,3} (hour|hours|day|days)\)|cron\([0-9A-Z*?,/#L -]{11,60}\)",
        "ConstraintDescription": "rate(1 day), rate(6 hours) or cron(minute hour day month weekday year)",
        "Description": "When the files are read, London time; an endpoint ignores it",
    }
    instances: dict[str, Any] = {
        "MinValue": 2,
        "MaxValue": 20,
        "Description": "The endpoint grows up to so many instances (ml.m5.xlarge); a batch takes them all",
    }
    kit.add_parameter(t, GROUP, "Model group", "ModelGroup", Type="String", **group)
    kit.add_parameter(t, GROUP, "Version", "ModelVersion", Type="String", Default="newest", **version)
    kit.add_parameter(t, GROUP, "Use", "Mode", Type="String", Default=BATCH, **mode)
    kit.add_parameter(t, GROUP, "Schedule", "Schedule", Type="String", Default="cron(0 3 * * ? *)", **schedule)
    kit.add_parameter(t, GROUP, "Most instances", "MostInstances", Type="Number", Default=2, **instances)


def approval(t: Template) -> list[AWSObject]:
    """A custom resource that selects an approved version, with a function that can only read the registry."""
    source = HERE / "newest_approved.py"
    function = kit.private_function(t, "Approval", "inference-approval", source, "Finds the approved model version")
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html: no resource type
    read_registry = kit.policy_document(kit.allow(["sagemaker:ListModelPackages"], ["*"]))
    policy = PolicyType(
        "ApprovalPermissions", PolicyName="registry", PolicyDocument=read_registry, Roles=[Ref(function.role)]
    )
    approved = ApprovedModel(
        "Approved",
        ServiceToken=GetAtt(function.function, "Arn"),
        ServiceTimeout=300,
        ModelPackageGroupName=Ref("ModelGroup"),
        ModelPackageVersion=Ref("ModelVersion"),
        DependsOn="ApprovalPermissions",
    )
    return [*function, policy, approved]


def role(t: Template) -> AWSObject:
    """A role that reads models and data of the team, writes to the product's bucket, and runs transform jobs."""
    own_objects = Sub("${Bucket}/*", Bucket=GetAtt("InferenceBucket", "Arn"))
    jobs = ["sagemaker:AddTags", "sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob"]
    return kit.job_role(
        t,
        "ModelRole",
        kit.resource_name("inference-model"),
        kit.allow(["s3:GetObject"], kit.team_object_arns()),
        kit.allow(["s3:ListBucket"], kit.team_bucket_arns()),
        kit.allow(["s3:PutObject", "s3:AbortMultipartUpload"], [own_objects]),
        kit.allow([*jobs, "sagemaker:StopTransformJob"], [Sub(f"{_ARN}:transform-job/pipelines-*")]),
        # https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
        kit.allow(["cloudwatch:DescribeAlarms"], ["*"]),
    )


def model_name() -> Sub:
    """The name contains the version, since each version is a separate model and endpoint configuration."""
    return kit.resource_name("${ModelGroup}-v${Version}", Version=GetAtt("Approved", "Version"))


def model(t: Template) -> sm.Model:
    """The model of the package, which sets image, archive and environment; the template sets network and isolation."""
    network: dict[str, Any] = kit.job_network(t, t.resources["ModelSecurityGroup"])
    return sm.Model(
        "Model",
        ModelName=model_name(),
        ExecutionRoleArn=GetAtt("ModelRole", "Arn"),
        PrimaryContainer=sm.ContainerDefinition(ModelPackageName=GetAtt("Approved", "Arn")),
        EnableNetworkIsolation=True,
        VpcConfig=sm.VpcConfig(**network),
        Tags=kit.tags(t),
    )


def endpoint(t: Template) -> list[AWSObject]:
    """The real-time endpoint, with at least two instances in production."""
    name, minimum = kit.resource_name("endpoint"), If("IsProduction", 2, 1)
    config = kit.endpoint_config(t, model_name(), model_name(), minimum, CAPTURE, DependsOn="Model", **REAL_TIME)
    scaling = kit.endpoint_scaling(t, kit.resource_name("endpoint-traffic"), minimum, Ref("MostInstances"), **REAL_TIME)
    return [config, *kit.endpoint(t, name, model_name(), traffic(), **REAL_TIME), *scaling]


def on_demand(t: Template) -> list[AWSObject]:
    """The endpoint that scales to zero; in production it always has two instances."""
    name = kit.resource_name("on-demand")
    copies = kit.CopyCounts(If("IsProduction", 2, 1), If("IsProduction", 2, 0), Ref("MostInstances"))
    network, role = kit.job_network(t, t.resources["ModelSecurityGroup"]), GetAtt("ModelRole", "Arn")
    config = kit.component_config(t, name, role, network, copies, CAPTURE, **ON_DEMAND)
    resources = kit.component(t, name, name, model_name(), copies, "IsProduction", **ON_DEMAND)
    return [config, *resources, *kit.component_scaling(t, name, copies, **ON_DEMAND)]


def traffic() -> Any:
    """Traffic routing for a deployment of a new version; one instance, outside of production, has no steps."""
    steps = If("IsLinear", kit.linear(), If("IsAtOnce", kit.all_at_once(), kit.canary()))
    return If("IsProduction", steps, kit.all_at_once())


def batch(t: Template) -> sm.Pipeline:
    """A pipeline of one transform job, which retries errors of AWS; batch.json is its definition."""
    definition = (HERE / "batch.json").read_text(encoding="utf-8")
    return sm.Pipeline(
        "Batch",
        PipelineName=kit.resource_name("inference-batch"),
        PipelineDescription="Answers every file below the input prefix",
        PipelineDefinition=sm.PipelineDefinition(PipelineDefinitionBody=Sub(definition, ModelName=model_name())),
        RoleArn=GetAtt("ModelRole", "Arn"),
        Tags=kit.tags(t),
        DependsOn="Model",
        **ON_SCHEDULE,
    )


def add_outputs(t: Template) -> None:
    """Add the outputs."""
    kit.add_output(t, "ModelVersion", "Version of the model that runs", GetAtt("Approved", "Version"))
    on_demand = kit.resource_name("on-demand")
    name = If("IsToZero", on_demand, kit.resource_name("endpoint"))
    kit.add_output(t, "EndpointName", "Endpoint to ask", name, Condition="IsEndpoint")
    kit.add_output(t, "ComponentName", "Inference component to name with each question", on_demand, **ON_DEMAND)
    kit.add_output(t, "PipelineName", "Pipeline that answers files", Ref("Batch"), **ON_SCHEDULE)
    kit.add_output(t, "ScheduleName", "Schedule that starts the pipeline", Ref("Timer"), **ON_SCHEDULE)
    kit.add_output(t, "InputLocation", "Put CSV files here", Sub("s3://${InferenceBucket}/input/"), **ON_SCHEDULE)
    location = Sub("s3://${InferenceBucket}/${Folder}/", Folder=If("IsBatch", "output", "capture"))
    kit.add_output(t, "OutputLocation", "Answers to files, or what was asked of the endpoint and answered", location)
