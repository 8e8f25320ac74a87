"""Service, operation and parameters of a real call for each important row of the access matrix. Data.

{role} is the role that asks, so that what one makes stands in nobody's way; the other words are the account's.
"""

from typing import Any

Call = tuple[str, str, dict[str, Any]]
_PRODUCT = {"ProductId": "prod-1234567890123", "ProvisioningArtifactId": "pa-1234567890123"}
_PROVISIONED = {"ProvisionedProductName": "lab"}
_PACKAGE = {"ModelPackageArn": "arn:aws:sagemaker:{region}:{account}:model-package/scores/1"}
_ALICE = {"DomainId": "{domain}", "UserProfileName": "alice"}
_PROFILE = {"ResourceArn": "arn:aws:sagemaker:{region}:{account}:user-profile/{domain}/alice"}
_ROLES = "arn:aws:iam::{account}:role/"
_TRUST = '{{"Version": "2012-10-17", "Statement": []}}'
_NETWORK = {"VpcConfig": {"Subnets": ["{subnet}"], "SecurityGroupIds": ["{group}"]}}
_APP = {"DomainId": "{domain}", "SpaceName": "lab", "AppType": "JupyterLab", "AppName": "default"}


def _job(**changes: Any) -> Call:
    """A training job that the platform allows, with some parameters changed, or removed with None."""
    config = {
        "TrainingJobName": "train-{role}",
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "RoleArn": f"{_ROLES}studio-developer",
        "OutputDataConfig": {"S3OutputPath": "s3://mlops-scores-models-1/", "KmsKeyId": "{key}"},
        "ResourceConfig": _machine(),
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "EnableNetworkIsolation": True,
        "EnableInterContainerTrafficEncryption": True,
        **_NETWORK,
        **changes,
    }
    return "sagemaker", "create_training_job", {name: value for name, value in config.items() if value is not None}


def _machine(kind: str = "ml.m5.xlarge", key: str = "{key}") -> dict[str, Any]:
    size = {"InstanceCount": 1, "VolumeSizeInGB": 10}
    return {**size, **({"InstanceType": kind} if kind else {}), **({"VolumeKmsKeyId": key} if key else {})}


def _open(profile: str) -> Call:
    return "sagemaker", "create_presigned_domain_url", {"DomainId": "{domain}", "UserProfileName": profile}


def _decide(**how: str) -> Call:
    return "sagemaker", "update_model_package", {**_PACKAGE, **how}


def _register(status: str) -> Call:
    return "sagemaker", "create_model_package", {"ModelPackageGroupName": "scores", "ModelApprovalStatus": status}


def _model(role: str) -> Call:
    model = {"ModelName": "m-{role}", "ExecutionRoleArn": _ROLES + role, "EnableNetworkIsolation": True, **_NETWORK}
    return "sagemaker", "create_model", model


def _space(kind: str) -> Call:
    owned = {"OwnershipSettings": {"OwnerUserProfileName": "alice"}, "SpaceSharingSettings": {"SharingType": kind}}
    return "sagemaker", "create_space", {"DomainId": "{domain}", "SpaceName": f"{kind.lower()}-{{role}}", **owned}


CALLS: dict[str, Call] = {
    "List the catalogue": ("servicecatalog", "search_products", {}),
    "Provision a product": ("servicecatalog", "provision_product", {**_PRODUCT, **_PROVISIONED}),
    "Upgrade a provisioned product": ("servicecatalog", "update_provisioned_product", {**_PRODUCT, **_PROVISIONED}),
    "Terminate a provisioned product": ("servicecatalog", "terminate_provisioned_product", _PROVISIONED),
    "List provisioned products": ("servicecatalog", "search_provisioned_products", {}),
    "Publish a version": (
        "servicecatalog",
        "create_provisioning_artifact",
        {"ProductId": "prod-1234567890123", "Parameters": {"Info": {"LoadTemplateFromURL": "https://example.com"}}},
    ),
    "Release to production": (
        "codepipeline",
        "put_approval_result",
        {
            "pipelineName": "mlops-deployment", "stageName": "Approve", "actionName": "Approve",
            "result": {"summary": "good", "status": "Approved"}, "token": "00000000-0000-4000-8000-000000000000",
        },
    ),
    "View a pipeline": ("codepipeline", "get_pipeline_state", {"name": "mlops-deployment"}),
    "Open one's own developer profile": _open("alice"),
    "Open another developer's profile": _open("bob"),
    "Open one's own approver profile": _open("alice-approves"),
    "Open another approver's profile": _open("bob-approves"),
    "Open a profile without tags": _open("plain"),
    "Open a profile without a type": _open("untyped"),
    "Approve a model": _decide(ModelApprovalStatus="Approved"),
    "Reject a model": _decide(ModelApprovalStatus="Rejected"),
    "Reset a decided model to pending": _decide(ModelApprovalStatus="PendingManualApproval"),
    "Update a model without a decision": _decide(ApprovalDescription="good"),
    "Register a model for approval": _register("PendingManualApproval"),
    "Register an approved model": _register("Approved"),
    "View a model": ("sagemaker", "describe_model_package", {"ModelPackageName": _PACKAGE["ModelPackageArn"]}),
    "Share a model package group": (
        "sagemaker",
        "put_model_package_group_policy",
        {"ModelPackageGroupName": "scores", "ResourcePolicy": _TRUST},
    ),
    "Start a training pipeline": ("sagemaker", "start_pipeline_execution", {"PipelineName": "train"}),
    "Change a training pipeline": ("sagemaker", "update_pipeline", {"PipelineName": "train"}),
    "Train a model": _job(),
    "Train outside the VPC": _job(VpcConfig=None),
    "Train without KMS keys": _job(
        ResourceConfig=_machine(key=""), OutputDataConfig={"S3OutputPath": "s3://mlops-scores-models-1/"}
    ),
    "Train without network isolation": _job(EnableNetworkIsolation=False),
    "Train on an instance type that is not allowed": _job(ResourceConfig=_machine("ml.p5.48xlarge")),
    "Train without encryption between containers": _job(EnableInterContainerTrafficEncryption=False),
    "Train without an instance type": _job(ResourceConfig=_machine("")),
    "Open a shell in a training job": _job(RemoteDebugConfig={"EnableRemoteDebug": True}),
    "Pass the developer's execution role to SageMaker": _model("studio-developer"),
    "Pass the approver's execution role to SageMaker": _model("studio-model-approver"),
    "Pass the promotion deployment role to CodeBuild": (
        "codebuild",
        "create_project",
        {
            "name": "b-{role}", "serviceRole": f"{_ROLES}mlops-promotion-deploys",
            "artifacts": {"type": "NO_ARTIFACTS"},
            "source": {"type": "NO_SOURCE", "buildspec": "x"},
            "environment": {"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
        },
    ),
    "Pass the developer's execution role to another service": (
        "lambda",
        "create_function",
        {"FunctionName": "f-{role}", "Role": f"{_ROLES}studio-developer", "Code": {"ZipFile": b"x"}},
    ),
    "Create a private space": _space("Private"),
    "Create a shared space": _space("Shared"),
    "Create a Studio application": ("sagemaker", "create_app", _APP),
    "Delete a Studio application": ("sagemaker", "delete_app", _APP),
    "View a domain": ("sagemaker", "describe_domain", {"DomainId": "{domain}"}),
    "Change a domain's default settings": (
        "sagemaker", "update_domain", {"DomainId": "{domain}", "AppNetworkAccessType": "VpcOnly"},
    ),
    "Give a domain direct internet access": (
        "sagemaker", "update_domain", {"DomainId": "{domain}", "AppNetworkAccessType": "PublicInternetOnly"},
    ),
    "Change a profile's tags": ("sagemaker", "add_tags", {**_PROFILE, "Tags": [{"Key": "owner", "Value": "eve"}]}),
    "Remove a profile's tags": ("sagemaker", "delete_tags", {**_PROFILE, "TagKeys": ["owner"]}),
    "Change a profile's execution role": (
        "sagemaker",
        "update_user_profile",
        {**_ALICE, "UserSettings": {"ExecutionRole": f"{_ROLES}studio-model-approver"}},
    ),
    "Create a profile": ("sagemaker", "create_user_profile", {"DomainId": "{domain}", "UserProfileName": "p-{role}"}),
    "Read the team's data": ("s3", "get_object", {"Bucket": "mlops-scores-data", "Key": "a.csv"}),
    "Write to another account's bucket": ("s3", "put_object", {"Bucket": "mlops-elsewhere", "Key": "a.csv"}),
    "Read a model's evaluation": ("s3", "get_object", {"Bucket": "mlops-scores-models-1", "Key": "report.json"}),
    "Overwrite a model's artifact": ("s3", "put_object", {"Bucket": "mlops-scores-models-1", "Key": "report.json"}),
    "Delete a version of a model's artifact": (
        "s3", "delete_object", {"Bucket": "mlops-scores-models-1", "Key": "report.json", "VersionId": "none"},
    ),
    "List access logs": ("s3", "list_objects_v2", {"Bucket": "mlops-access-logs-1"}),
    "Change a bucket's policy": ("s3", "put_bucket_policy", {"Bucket": "mlops-scores-data", "Policy": _TRUST}),
    "Delete a bucket": ("s3", "delete_bucket", {"Bucket": "mlops-scores-data"}),
    "Decrypt the team's data": ("kms", "decrypt", {"CiphertextBlob": b"{cipher}"}),
    "Encrypt with the team's key": ("kms", "generate_data_key", {"KeyId": "{key}", "KeySpec": "AES_256"}),
    "Schedule deletion of the team's key": ("kms", "schedule_key_deletion", {"KeyId": "{key}"}),
    "Read a contract parameter": ("ssm", "get_parameter", {"Name": "/mlops/spoke/vpc-id"}),
    "Read a secret parameter": ("ssm", "get_parameter", {"Name": "/mlops/team/token"}),
    "Write a contract parameter": (
        "ssm", "put_parameter", {"Name": "/mlops/spoke/vpc-id", "Value": "x", "Type": "String", "Overwrite": True},
    ),
    "Write a parameter outside the contracts": (
        "ssm", "put_parameter", {"Name": "/team/note", "Value": "x", "Type": "String", "Overwrite": True},
    ),
    "Sign in to the package index": ("codeartifact", "get_authorization_token", {"domain": "mlops"}),
    "Read a secret": ("secretsmanager", "get_secret_value", {"SecretId": "x"}),
    "Read logs": ("logs", "filter_log_events", {"logGroupName": "/mlops/flow-logs"}),
    "Delete a log group": ("logs", "delete_log_group", {"logGroupName": "/aws/sagemaker/TrainingJobs"}),
    "View a stack": ("cloudformation", "describe_stacks", {}),
    "Create a stack": ("cloudformation", "create_stack", {"StackName": "mine-{role}", "TemplateBody": "{{}}"}),
    "List AWS Config rules": ("config", "describe_config_rules", {}),
    "Reboot an instance": ("ec2", "reboot_instances", {"InstanceIds": ["i-0123456789abcdef0"]}),
    "Delete the flow logs": ("ec2", "delete_flow_logs", {"FlowLogIds": ["fl-0123456789abcdef0"]}),
    "Stop the audit trail": ("cloudtrail", "stop_logging", {"Name": "mlops-audit"}),
    "Send a forged approval event": (
        "events", "put_events", {"Entries": [{"Source": "aws.sagemaker", "DetailType": "x", "Detail": "{{}}"}]},
    ),
    "Complete an approval task of a state machine": (
        "stepfunctions", "send_task_success", {"taskToken": "t", "output": "{{}}"},
    ),
    "Work in another region": ("ec2 us-east-1", "describe_vpcs", {}),
    "Put a policy on one's own role": (
        "iam", "put_role_policy", {"RoleName": "developer", "PolicyName": "more", "PolicyDocument": _TRUST},
    ),
    "Change a role's trust policy": (
        "iam", "update_assume_role_policy", {"RoleName": "studio-model-approver", "PolicyDocument": _TRUST},
    ),
    "Remove a permissions boundary": ("iam", "delete_role_permissions_boundary", {"RoleName": "studio-developer"}),
    "Change the permissions boundary policy": (
        "iam",
        "create_policy_version",
        {"PolicyArn": "arn:aws:iam::{account}:policy/mlops-boundary", "PolicyDocument": _TRUST},
    ),
    "Assume another persona's role": (
        "sts", "assume_role", {"RoleArn": f"{_ROLES}studio-model-approver", "RoleSessionName": "tests"},
    ),
    "Assume the promotion role of the production account": (
        "sts",
        "assume_role",
        {"RoleArn": "arn:aws:iam::999988887777:role/mlops-promotion-target", "RoleSessionName": "tests"},
    ),
    "Create a role": ("iam", "create_role", {"RoleName": "mine", "AssumeRolePolicyDocument": _TRUST}),
    "Create an access key": ("iam", "create_access_key", {"UserName": "alice"}),
}  # fmt: skip
