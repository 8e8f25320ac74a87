"""The Studio environment of one account: a private domain, the team's buckets, and the clean-up function."""

from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Template
from troposphere import sagemaker as sm
from troposphere.iam import PolicyType

from generators import kit

HERE = Path(__file__).parent
GROUP = "Your environment"
INSTANCES = ("ml.t3.medium", "ml.t3.large", "ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.g4dn.xlarge")
# Applications and tools that need access outside of the VPC, or that another product provides.
HIDDEN_APPS = ["Canvas", "JupyterServer", "RStudioServerPro"]
HIDDEN_TOOLS = ["Comet", "DeepchecksLLMEvaluation", "Fiddler", "JumpStart", "LakeraGuard"]


def build() -> Template:
    """The template of the product."""
    t = Template("SageMaker Studio in the team's own network, with encrypted buckets for data, models and artifacts")
    add_parameters(t)
    t.add_resource(list(kit.private_bucket(t, "DataBucket", "${TeamName}-data")))
    readers = kit.model_reader_arns(t)
    for purpose, title in (("models", "ModelBucket"), ("artifacts", "ArtifactBucket")):
        t.add_resource(list(kit.private_bucket(t, title, f"${{TeamName}}-{purpose}", exempt_readers=readers)))
    t.add_resource([kit.log_group(t, "StudioLogs", "/aws/sagemaker/studio"), *network(t), *image(t)])
    t.add_resource([kit.lifecycle_config(t, app, HERE / "on_start.sh") for app in ("JupyterLab", "CodeEditor")])
    t.add_resource([domain(t), kit.ssm_output(t, "studio", "domain_id", Ref("Domain"))])
    t.add_resource(kit.ssm_output(t, "studio", "clean_up_function_arn", GetAtt("CleanUp", "Arn")))
    t.add_resource(kit.ssm_output(t, "studio", "cluster_group_id", GetAtt("Clusters", "GroupId")))
    t.add_resource(clean_up(t))
    add_outputs(t)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters of the launch form."""
    team: dict[str, Any] = {
        "AllowedPattern": "[a-z][a-z0-9-]{1,15}",
        "ConstraintDescription": "2 to 16 lower-case letters, digits and dashes, beginning with a letter",
        "Description": "Name of the team, part of the names of the domain and the buckets; keep it in upgrades",
    }
    idle: dict[str, Any] = {
        "AllowedValues": [60, 90, 120, 180, 240],
        "Description": "An application without activity for so many minutes is stopped; users may choose up to 240",
    }
    home: dict[str, Any] = {
        "AllowedValues": ["Retain", "Delete"],
        "Description": "Whether the home file system stays when the environment is terminated; buckets always stay",
    }
    kit.add_parameter(t, GROUP, "Team", "TeamName", Type="String", Default="data-science", **team)
    kit.add_parameter(
        t, GROUP, "Minutes until idle applications stop", "IdleMinutes", Type="Number", Default=60, **idle
    )
    kit.add_parameter(t, GROUP, "Home folders at termination", "HomeRetention", Type="String", Default="Retain", **home)


def network(t: Template) -> list[AWSObject]:
    """Security groups: HTTPS to AWS services, and traffic between applications and the home file system.

    https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html
    """
    group = kit.security_group(t, "StudioSecurityGroup", "Studio applications and jobs of the team")
    clusters = kit.security_group(t, "Clusters", "Clusters that Studio talks to by Livy")
    clusters.Tags = kit.tags(t, **kit.EMR_TAG)
    livy = kit.allow_tcp_between("Livy", GetAtt(group, "GroupId"), GetAtt(clusters, "GroupId"), 8998)
    return [
        group,
        clusters,
        *livy,
        *kit.allow_within_group(group, "Home", 2049, 2049),
        *kit.allow_within_group(group, "Kernels", 8192, 65535),
    ]


def image(t: Template) -> list[AWSObject]:
    """The hub's approved image as a custom image of the domain."""
    return [
        sm.Image(
            "StudioImage",
            ImageName=kit.resource_name("studio"),
            ImageDisplayName="Approved by the platform",
            ImageRoleArn=kit.contract(t, "spoke", "developer_execution_role_arn"),
            Tags=kit.tags(t),
        ),
        sm.ImageVersion(
            "StudioImageVersion",
            ImageName=kit.resource_name("studio"),
            BaseImage=kit.contract(t, "hub", "studio_image_uri"),
            DependsOn="StudioImage",
        ),
        image_config(t, "JupyterLab", JupyterLabAppImageConfig=sm.JupyterLabAppImageConfig()),
        image_config(t, "CodeEditor", CodeEditorAppImageConfig=sm.CodeEditorAppImageConfig()),
    ]


def image_config(t: Template, app: str, **config: Any) -> sm.AppImageConfig:
    """The configuration of the image for one application type."""
    name = kit.resource_name(f"studio-{app.lower()}")
    return sm.AppImageConfig(f"{app}ImageConfig", AppImageConfigName=name, Tags=kit.tags(t), **config)


def domain(t: Template) -> sm.Domain:
    """The domain with the default settings of profiles and spaces."""
    role = kit.contract(t, "spoke", "developer_execution_role_arn")
    groups = [GetAtt("StudioSecurityGroup", "GroupId")]
    storage = sm.DefaultEbsStorageSettings(DefaultEbsVolumeSizeInGb=10, MaximumEbsVolumeSizeInGb=100)
    lab = sm.JupyterLabAppSettings(**app_settings("JupyterLab"))
    editor = sm.CodeEditorAppSettings(**app_settings("CodeEditor"))
    common: dict[str, Any] = {
        "ExecutionRole": role,
        "SecurityGroups": groups,
        "JupyterLabAppSettings": lab,
        "SpaceStorageSettings": sm.DefaultSpaceStorageSettings(DefaultEbsStorageSettings=storage),
    }
    return sm.Domain(
        "Domain",
        DomainName=kit.resource_name("${TeamName}"),
        AuthMode="IAM",
        AppNetworkAccessType="VpcOnly",
        VpcId=kit.contract(t, "spoke", "vpc_id"),
        SubnetIds=kit.contract(t, "spoke", "subnet_ids"),
        KmsKeyId=kit.contract(t, "spoke", "data_key_arn"),
        DomainSettings=sm.DomainSettings(
            SecurityGroupIds=groups,
            DockerSettings=sm.DockerSettings(EnableDockerAccess="DISABLED"),
            ExecutionRoleIdentityConfig="USER_PROFILE_NAME",
        ),
        DefaultUserSettings=sm.UserSettings(**common, **portal(), CodeEditorAppSettings=editor),
        DefaultSpaceSettings=sm.DefaultSpaceSettings(**common),
        TagPropagation="ENABLED",
        Tags=kit.tags(t),
        DependsOn=["StudioImageVersion", "StudioLogs", "HomeIn", "HomeOut", "KernelsIn", "KernelsOut"],
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
    )


def portal() -> dict[str, Any]:
    """Settings of the Studio portal: no applications outside of the VPC, no large instances."""
    return {
        "StudioWebPortal": "ENABLED",
        "DefaultLandingUri": "studio::",
        "SharingSettings": sm.SharingSettings(NotebookOutputOption="Disabled"),
        "StudioWebPortalSettings": sm.StudioWebPortalSettings(
            HiddenAppTypes=HIDDEN_APPS,
            HiddenMlTools=HIDDEN_TOOLS,
            HiddenInstanceTypes=kit.hidden_instance_types(INSTANCES),
        ),
    }


def app_settings(app: str) -> dict[str, Any]:
    """Image, lifecycle configuration and idle shutdown of one application type."""
    start = GetAtt(f"{app}Start", "StudioLifecycleConfigArn")
    idle = sm.IdleSettings(
        LifecycleManagement="ENABLED",
        IdleTimeoutInMinutes=Ref("IdleMinutes"),
        MinIdleTimeoutInMinutes=60,
        MaxIdleTimeoutInMinutes=240,
    )
    hub_image = sm.CustomImage(ImageName=kit.resource_name("studio"), AppImageConfigName=Ref(f"{app}ImageConfig"))
    return {
        "CustomImages": [hub_image],
        "LifecycleConfigArns": [start],
        "DefaultResourceSpec": sm.ResourceSpec(
            InstanceType=INSTANCES[0], SageMakerImageArn=Ref("StudioImage"), LifecycleConfigArn=start
        ),
        "AppLifecycleManagement": sm.AppLifecycleManagement(IdleSettings=idle),
    }


def clean_up(t: Template) -> list[AWSObject]:
    """The clean-up function and its custom resource, which CloudFormation deletes first at termination."""
    function = kit.private_function(
        t, "CleanUp", "studio-clean-up", HERE / "clean_up.py", "Empties Studio before it is deleted"
    )
    permissions = kit.policy_document(*kit.cleanup_permissions("Domain"))
    policy = PolicyType(
        "CleanUpPermissions", PolicyName="studio-contents", PolicyDocument=permissions, Roles=[Ref(function.role)]
    )
    contents = kit.studio_cleanup_resource(
        GetAtt(function.function, "Arn"),
        Ref("Domain"),
        ["CleanUpPermissions", "StudioDomainIdContract", "StudioCleanUpFunctionArnContract"],
        HomeRetention=Ref("HomeRetention"),
    )
    return [*function, policy, contents]


def add_outputs(t: Template) -> None:
    """Add the outputs."""
    kit.add_output(t, "DomainId", "Studio domain", Ref("Domain"))
    kit.add_output(t, "DomainUrl", "Address of the domain; people enter by their own profile", GetAtt("Domain", "Url"))
    for name, content in (("Data", "data"), ("Model", "model artifacts"), ("Artifact", "pipeline artifacts")):
        kit.add_output(t, f"{name}Bucket", f"Bucket for {content}", Ref(f"{name}Bucket"))
    kit.add_output(t, "SecurityGroup", "Security group for jobs", GetAtt("StudioSecurityGroup", "GroupId"))
