"""IAM actions of handlers that the registry schemas do not list. Data; each with the AWS page that documents it."""

from __future__ import annotations

from functools import cache

_ACTIONS: dict[str, dict[str, str]] = {
    # https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html
    "AWS::CodeBuild::Project": {
        "create": "codebuild:CreateProject iam:PassRole ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs"
        " codeconnections:PassConnection",
        "read": "codebuild:BatchGetProjects",
        "update": "codebuild:UpdateProject iam:PassRole ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs"
        " codeconnections:PassConnection",
        "delete": "codebuild:DeleteProject",
    },
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticmapreduce.html
    "AWS::EMR::Cluster": {
        "create": "elasticmapreduce:RunJobFlow elasticmapreduce:AddTags elasticmapreduce:DescribeCluster iam:PassRole"
        " elasticmapreduce:PutAutoTerminationPolicy elasticmapreduce:PutManagedScalingPolicy"
        " elasticmapreduce:ListSteps elasticmapreduce:AddJobFlowSteps",
        "read": "elasticmapreduce:DescribeCluster elasticmapreduce:ListInstanceGroups"
        " elasticmapreduce:ListInstanceFleets elasticmapreduce:ListBootstrapActions",
        "update": "elasticmapreduce:AddTags elasticmapreduce:RemoveTags elasticmapreduce:ModifyCluster"
        " elasticmapreduce:PutAutoTerminationPolicy elasticmapreduce:RemoveAutoTerminationPolicy"
        " elasticmapreduce:PutManagedScalingPolicy elasticmapreduce:RemoveManagedScalingPolicy"
        " elasticmapreduce:ModifyInstanceGroups elasticmapreduce:SetTerminationProtection"
        " elasticmapreduce:SetVisibleToAllUsers",
        "delete": "elasticmapreduce:TerminateJobFlows elasticmapreduce:SetTerminationProtection",
    },
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMonitoringSchedule.html: Tags
    "AWS::SageMaker::MonitoringSchedule": {
        "create": "sagemaker:AddTags",
        "read": "sagemaker:ListTags",
        "update": "sagemaker:AddTags sagemaker:DeleteTags",
    },
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html: KmsKeyArn
    "AWS::Scheduler::Schedule": {
        "create": "kms:Decrypt kms:DescribeKey kms:GenerateDataKey",
        "update": "kms:Decrypt kms:DescribeKey kms:GenerateDataKey",
    },
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html: also at creation
    "AWS::Logs::LogGroup": {"create": "logs:AssociateKmsKey"},
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html: KmsKeyId
    "AWS::SageMaker::EndpointConfig": {"create": "kms:CreateGrant"},
    # https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html: the schema has only the older name
    "AWS::CodePipeline::Pipeline": {
        "create": "codeconnections:PassConnection",
        "update": "codeconnections:PassConnection",
    },
}


# Types of CloudFormation itself, whose handlers call no service.
WITHOUT_PERMISSIONS = frozenset({"AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle"})


@cache
def extra_permissions(resource_type: str, handler: str) -> frozenset[str]:
    """Actions that the handler needs in addition to those in the schema."""
    return frozenset(_ACTIONS.get(resource_type, {}).get(handler, "").split())


def resource_types() -> tuple[str, ...]:
    """The types that have rows."""
    return tuple(_ACTIONS)
