"""One real call for each operation whose requirements are tested; <name> is a resource of requirement_account.py."""

from __future__ import annotations

from typing import Any

from tests.localaws.requirement_other_calls import OTHER_CALLS, Call

_VARIANT = {"VariantName": "v", "ModelName": "plain", "InitialInstanceCount": 2, "InstanceType": "ml.m5.large"}
_COMPONENTS = {"VariantName": "v", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
DOMAIN = {
    "DomainName": "domain-#",
    "AuthMode": "IAM",
    "VpcId": "<vpc>",
    "SubnetIds": ["<subnet>"],
    "KmsKeyId": "<key>",
    "DefaultUserSettings": {"ExecutionRole": "<role>"},
}
_TAGS = [{"Key": "owner", "Value": "someone"}]
_STUDIO_TAGS = [
    {
        "Key": "sagemaker:user-profile-arn",
        "Value": "arn:aws:sagemaker:<region>:<account>:user-profile/<domain>/someone",
    },
    {"Key": "sagemaker:domain-arn", "Value": "arn:aws:sagemaker:<region>:<account>:domain/<domain>"},
]
_SPEC = {"ModelName": "plain", "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024}}
PREREQUISITES: list[tuple[str, dict[str, Any]]] = [
    ("create_model", {"ModelName": "plain", "PrimaryContainer": {"Image": "image"}, "ExecutionRoleArn": "<role>"}),
    (
        "create_model",
        {
            "ModelName": "networked",
            "PrimaryContainer": {"Image": "<image>"},
            "ExecutionRoleArn": "<role>",
            "VpcConfig": {"SecurityGroupIds": ["<group>"], "Subnets": ["<subnet>"]},
        },
    ),
    ("create_endpoint_config", {"EndpointConfigName": "sealed", "ProductionVariants": [_VARIANT], "KmsKeyId": "<key>"}),
    (
        "create_endpoint_config",
        {"EndpointConfigName": "single", "ProductionVariants": [{**_VARIANT, "InitialInstanceCount": 1}]},
    ),
    ("create_endpoint_config", {"EndpointConfigName": "open", "ProductionVariants": [_VARIANT]}),
    (
        "create_endpoint_config",
        {"EndpointConfigName": "shared", "ProductionVariants": [_COMPONENTS], "ExecutionRoleArn": "<role>"},
    ),
    ("create_endpoint", {"EndpointName": "served", "EndpointConfigName": "open"}),
    ("create_endpoint", {"EndpointName": "shared", "EndpointConfigName": "shared"}),
    (
        "create_inference_component",
        {
            "InferenceComponentName": "copied",
            "EndpointName": "shared",
            "VariantName": "v",
            "Specification": _SPEC,
            "RuntimeConfig": {"CopyCount": 4},
        },
    ),
    (
        "create_pipeline",
        {
            "PipelineName": "updated",
            "RoleArn": "<role>",
            "ClientRequestToken": "token-of-at-least-thirty-two-characters",
            "PipelineDefinition": '{"Version": "2020-12-01", "Steps": []}',
        },
    ),
]
_JOBS_ARN = "arn:aws:sagemaker:*:*"
_VPC = {"SecurityGroupIds": ["<group>"], "Subnets": ["<subnet>"]}
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1, "VolumeKmsKeyId": "<key>"}
_S3_INPUT = {"S3Uri": "s3://<bucket>/data", "LocalPath": "/opt/ml/processing/in", "S3DataType": "S3Prefix"}
_S3_OUTPUT = {"S3Uri": "s3://<bucket>/out", "LocalPath": "/opt/ml/processing/out", "S3UploadMode": "EndOfJob"}
SOURCE = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://<bucket>/data"}}
_TRAINING = {
    "RoleArn": "<role>",
    "AlgorithmSpecification": {"TrainingImage": "<image>", "TrainingInputMode": "File"},
    "ResourceConfig": CLUSTER,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    "VpcConfig": _VPC,
    "InputDataConfig": [{"ChannelName": "train", "DataSource": SOURCE}],
    "OutputDataConfig": {"S3OutputPath": "s3://<bucket>/models", "KmsKeyId": "<key>"},
}
_REPORT = {"S3Output": {"S3Uri": "s3://<bucket>/reports", "LocalPath": "/opt/ml/processing/output"}}
_ENDPOINT = {"EndpointInput": {"EndpointName": "served", "LocalPath": "/opt/ml/processing/input"}}
_LABELS = {"GroundTruthS3Input": {"S3Uri": "s3://<bucket>/labels"}}


def _definition(kind: str, application: dict[str, str], **inputs: Any) -> Call:
    """A call that creates a job definition of Model Monitor."""
    method = {"DataQuality": "data_quality", "ModelQuality": "model_quality", "ModelBias": "model_bias"}
    params = {
        "JobDefinitionName": "definition-#",
        "RoleArn": "<role>",
        f"{kind}AppSpecification": {"ImageUri": "<image>", **application},
        f"{kind}JobInput": {**_ENDPOINT, **inputs},
        f"{kind}JobOutputConfig": {"MonitoringOutputs": [_REPORT]},
        "JobResources": {"ClusterConfig": CLUSTER},
        "Tags": _TAGS,
    }
    return Call(f"create_{method.get(kind, 'model_explainability')}_job_definition", params)


_ANALYSIS = {"ConfigUri": "s3://<bucket>/analysis.json"}
JOBS = {
    "CreateProcessingJob": Call(
        "create_processing_job",
        {
            "ProcessingJobName": "processing-#",
            "RoleArn": "<role>",
            "AppSpecification": {"ImageUri": "<image>"},
            "ProcessingResources": {"ClusterConfig": CLUSTER},
            "NetworkConfig": {"VpcConfig": _VPC},
            "ProcessingInputs": [{"InputName": "in", "S3Input": {**_S3_INPUT, "S3InputMode": "File"}}],
            "ProcessingOutputConfig": {
                "KmsKeyId": "<key>",
                "Outputs": [{"OutputName": "out", "S3Output": _S3_OUTPUT}],
            },
            "Tags": _TAGS,
        },
    ),
    "CreateTrainingJob": Call("create_training_job", {"TrainingJobName": "training-#", **_TRAINING, "Tags": _TAGS}),
    "CreateTransformJob": Call(
        "create_transform_job",
        {
            "TransformJobName": "transform-#",
            "ModelName": "networked",
            "TransformInput": {"DataSource": SOURCE},
            "TransformOutput": {"S3OutputPath": "s3://<bucket>/scores", "KmsKeyId": "<key>"},
            "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeKmsKeyId": "<key>"},
            "Tags": _TAGS,
        },
    ),
}
CALLS = {
    **JOBS,
    "CreateModel": Call(
        "create_model",
        {
            "ModelName": "model-#",
            "ExecutionRoleArn": "<role>",
            "PrimaryContainer": {"Image": "<image>", "ModelDataUrl": "s3://<bucket>/model.tar.gz"},
            "Tags": _TAGS,
        },
    ),
    "CreateEndpointConfig": Call(
        "create_endpoint_config", {"EndpointConfigName": "config-#", "ProductionVariants": [_VARIANT], "Tags": _TAGS}
    ),
    "CreateEndpoint": Call(
        "create_endpoint",
        {"EndpointName": "endpoint-#", "EndpointConfigName": "sealed", "Tags": _TAGS},
        own=f"{_JOBS_ARN}:endpoint/*",
    ),
    "UpdateEndpoint": Call(
        "update_endpoint",
        {"EndpointName": "served", "EndpointConfigName": "sealed"},
        own=f"{_JOBS_ARN}:endpoint/*",
    ),
    "CreateInferenceComponent": Call(
        "create_inference_component",
        {
            "InferenceComponentName": "component-#",
            "EndpointName": "shared",
            "VariantName": "v",
            "Specification": _SPEC,
            "RuntimeConfig": {"CopyCount": 1},
            "Tags": _TAGS,
        },
        own=f"{_JOBS_ARN}:inference-component/*",
    ),
    "UpdateInferenceComponent": Call("update_inference_component", {"InferenceComponentName": "copied"}),
    "CreatePipeline": Call(
        "create_pipeline",
        {
            "PipelineName": "pipeline-#",
            "RoleArn": "<role>",
            "ClientRequestToken": "token-of-at-least-thirty-two-characters",
            "PipelineDefinitionS3Location": {"Bucket": "<bucket>", "ObjectKey": "definition.json"},
            "Tags": _TAGS,
        },
    ),
    "UpdatePipeline": Call(
        "update_pipeline",
        {
            "PipelineName": "updated",
            "PipelineDefinitionS3Location": {"Bucket": "<bucket>", "ObjectKey": "definition.json"},
        },
    ),
    "CreateDomain": Call("create_domain", {**DOMAIN, "Tags": _TAGS}),
    "CreateUserProfile": Call(
        "create_user_profile", {"DomainId": "<domain>", "UserProfileName": "profile-#", "Tags": _TAGS}
    ),
    "CreateSpace": Call("create_space", {"DomainId": "<domain>", "SpaceName": "space-#", "Tags": _STUDIO_TAGS}),
    "CreateApp": Call(
        "create_app",
        {
            "DomainId": "<domain>",
            "UserProfileName": "someone",
            "AppType": "JupyterLab",
            "AppName": "app-#",
            "Tags": _STUDIO_TAGS,
        },
    ),
    "CreateModelPackageGroup": Call("create_model_package_group", {"ModelPackageGroupName": "group-#", "Tags": _TAGS}),
    "CreateModelPackage": Call(
        "create_model_package",
        {
            "ModelPackageGroupName": "risk",
            "Tags": _TAGS,
            "InferenceSpecification": {
                "Containers": [{"Image": "<image>", "ModelDataUrl": "s3://<bucket>/model.tar.gz"}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        },
    ),
    "CreateHyperParameterTuningJob": Call(
        "create_hyper_parameter_tuning_job",
        {
            "HyperParameterTuningJobName": "tuning-#",
            "HyperParameterTuningJobConfig": {
                "Strategy": "Random",
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
                "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"},
                "ParameterRanges": {"IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "2"}]},
            },
            "TrainingJobDefinition": {
                **_TRAINING,
                "AlgorithmSpecification": {
                    "TrainingImage": "<image>",
                    "TrainingInputMode": "File",
                    "MetricDefinitions": [{"Name": "auc", "Regex": "auc=(.*)"}],
                },
            },
            "Tags": _TAGS,
        },
    ),
    "CreateDataQualityJobDefinition": _definition("DataQuality", {}),
    "CreateModelQualityJobDefinition": _definition("ModelQuality", {"ProblemType": "Regression"}, **_LABELS),
    "CreateModelBiasJobDefinition": _definition("ModelBias", _ANALYSIS, **_LABELS),
    "CreateModelExplainabilityJobDefinition": _definition("ModelExplainability", _ANALYSIS),
    "CreateMonitoringSchedule": Call(
        "create_monitoring_schedule",
        {
            "MonitoringScheduleName": "schedule-#",
            "MonitoringScheduleConfig": {"MonitoringJobDefinitionName": "watch", "MonitoringType": "DataQuality"},
            "Tags": _TAGS,
        },
    ),
    "CreateAppImageConfig": Call("create_app_image_config", {"AppImageConfigName": "config-#", "Tags": _TAGS}),
    "CreateStudioLifecycleConfig": Call(
        "create_studio_lifecycle_config",
        {
            "StudioLifecycleConfigName": "script-#",
            "StudioLifecycleConfigContent": "ZWNobw==",
            "StudioLifecycleConfigAppType": "JupyterLab",
            "Tags": _TAGS,
        },
    ),
    "CreateImage": Call("create_image", {"ImageName": "image-#", "RoleArn": "<role>", "Tags": _TAGS}),
    "CreateExperiment": Call("create_experiment", {"ExperimentName": "experiment-#", "Tags": _TAGS}),
    "CreateProject": Call(
        "create_project",
        {
            "ProjectName": "project-#",
            "ServiceCatalogProvisioningDetails": {"ProductId": "prod-unknown"},
            "Tags": _TAGS,
        },
        refusal="ValidationException",
    ),
    **OTHER_CALLS,
}
