"""IAM actions that CloudFormation needs only when a template sets a given property. Data.

A schema lists, for each handler, what any property of the type may need; AWS does not publish which property needs
which action. Here `Property: actions` means that the actions are needed only while a template sets the property, and
`-Property: actions` that they remove it in an update or a rollback. `!reason: actions` are never needed, because the
platform forbids what they do. An action without a row is always needed. The page of the property names the call:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

_ROWS: dict[str, str] = {
    "AWS::ECR::Repository": """
        RepositoryPolicyText: ecr:SetRepositoryPolicy
        -RepositoryPolicyText: ecr:DeleteRepositoryPolicy
        LifecyclePolicy: ecr:PutLifecyclePolicy
        -LifecyclePolicy: ecr:DeleteLifecyclePolicy
    """,
    "AWS::S3::Bucket": """
        AccelerateConfiguration: s3:PutAccelerateConfiguration
        AnalyticsConfigurations: s3:PutAnalyticsConfiguration
        AbacStatus: s3:PutBucketAbac
        AccessControl: s3:PutBucketAcl s3:PutObjectAcl
        CorsConfiguration: s3:PutBucketCORS
        ObjectLockConfiguration ObjectLockEnabled: s3:PutBucketObjectLockConfiguration
        ReplicationConfiguration: s3:PutReplicationConfiguration iam:PassRole
        WebsiteConfiguration: s3:PutBucketWebsite
        -WebsiteConfiguration: s3:DeleteBucketWebsite
        IntelligentTieringConfigurations: s3:PutIntelligentTieringConfiguration
        InventoryConfigurations: s3:PutInventoryConfiguration
        MetricsConfigurations: s3:PutMetricsConfiguration
        LifecycleConfiguration: s3:PutLifecycleConfiguration
        LoggingConfiguration: s3:PutBucketLogging
        NotificationConfiguration: s3:PutBucketNotification
        OwnershipControls: s3:PutBucketOwnershipControls
        PublicAccessBlockConfiguration: s3:PutBucketPublicAccessBlock
        BucketEncryption: s3:PutEncryptionConfiguration
        VersioningConfiguration: s3:PutBucketVersioning
        Tags: s3:PutBucketTagging s3:TagResource s3:UntagResource
        MetadataConfiguration MetadataTableConfiguration: s3:CreateBucketMetadataTableConfiguration
            s3:DeleteBucketMetadataTableConfiguration s3:UpdateBucketMetadataAnnotationTableConfiguration
            s3:UpdateBucketMetadataInventoryTableConfiguration s3:UpdateBucketMetadataJournalTableConfiguration
            s3tables:CreateNamespace s3tables:CreateTable s3tables:CreateTableBucket s3tables:GetTable
            s3tables:GetTableMetadataLocation s3tables:PutTableBucketPolicy s3tables:PutTableEncryption
            s3tables:PutTablePolicy s3tables:UpdateTableMetadataLocation
        !a launch role never touches objects: s3:DeleteObject
    """,
    "AWS::Lambda::Function": """
        Code/S3Bucket: s3:GetObject
        Code/S3ObjectVersion: s3:GetObjectVersion
        FileSystemConfigs: elasticfilesystem:DescribeMountTargets s3files:ListMountTargets
        KmsKeyArn: kms:CreateGrant kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey
        CodeSigningConfigArn: lambda:GetCodeSigningConfig lambda:PutFunctionCodeSigningConfig
        -CodeSigningConfigArn: lambda:DeleteFunctionCodeSigningConfig
        ReservedConcurrentExecutions: lambda:PutFunctionConcurrency
        -ReservedConcurrentExecutions: lambda:DeleteFunctionConcurrency
        Layers: lambda:GetLayerVersion
        CapacityProviderConfig: lambda:PassCapacityProvider lambda:PutFunctionScalingConfig
        PublishToLatestPublished: lambda:PublishVersion
        RecursiveLoop: lambda:PutFunctionRecursionConfig
        RuntimeManagementConfig: lambda:PutRuntimeManagementConfig
        VpcConfig: ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
    """,
    "AWS::Logs::LogGroup": """
        KmsKeyId: logs:AssociateKmsKey
        -KmsKeyId: logs:DisassociateKmsKey
        -RetentionInDays: logs:DeleteRetentionPolicy
        DataProtectionPolicy: logs:PutDataProtectionPolicy logs:DeleteDataProtectionPolicy logs:CreateLogDelivery
            firehose:TagDeliveryStream
        FieldIndexPolicies: logs:PutIndexPolicy logs:DeleteIndexPolicy
        ResourcePolicyDocument: logs:PutResourcePolicy logs:DeleteResourcePolicy
        BearerTokenAuthenticationEnabled: logs:PutBearerTokenAuthentication
        RetentionInDays: logs:PutRetentionPolicy
        DeletionProtectionEnabled: logs:PutLogGroupDeletionProtection
    """,
    "AWS::IAM::Role": """
        ManagedPolicyArns: iam:AttachRolePolicy iam:DetachRolePolicy
        Policies: iam:PutRolePolicy iam:DeleteRolePolicy iam:GetRolePolicy
        MaxSessionDuration: iam:UpdateRole
        Description: iam:UpdateRoleDescription
        !a role never leaves the boundary: iam:DeleteRolePermissionsBoundary
        !whom a role trusts never changes: iam:UpdateAssumeRolePolicy
    """,
    "AWS::IAM::Policy": """
        Groups: iam:PutGroupPolicy iam:DeleteGroupPolicy iam:GetGroupPolicy
        Users: iam:PutUserPolicy iam:DeleteUserPolicy iam:GetUserPolicy
        Roles: iam:PutRolePolicy iam:DeleteRolePolicy iam:GetRolePolicy
    """,
    "AWS::IAM::ManagedPolicy": """
        Groups: iam:AttachGroupPolicy iam:DetachGroupPolicy
        Users: iam:AttachUserPolicy iam:DetachUserPolicy
        Roles: iam:AttachRolePolicy iam:DetachRolePolicy
    """,
    "AWS::SageMaker::Domain": """
        DefaultUserSettings/RStudioServerProAppSettings: sagemaker:CreateApp sagemaker:DeleteApp sagemaker:DescribeApp
        KmsKeyId: kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKeyWithoutPlaintext
        !profiles belong to other stacks: sagemaker:DescribeUserProfile
        !the home file system is kept, or deleted by the clean-up function: elasticfilesystem:DeleteFileSystem
            elasticfilesystem:DeleteMountTarget elasticfilesystem:DescribeMountTargets
    """,
    "AWS::SageMaker::UserProfile": """
        SingleSignOnUserIdentifier: identitystore:DescribeUser identitystore:ListUsers sso:DescribeInstance
            sso:ListInstances
        UserSettings/JupyterLabAppSettings UserSettings/CodeEditorAppSettings UserSettings/KernelGatewayAppSettings:
            sagemaker:DescribeImage sagemaker:DescribeImageVersion
        UserSettings/ExecutionRole: iam:PassRole
    """,
    "AWS::SageMaker::Pipeline": """
        PipelineDefinition/PipelineDefinitionS3Location: s3:GetObject
    """,
    "AWS::SageMaker::EndpointConfig": """
        KmsKeyId: kms:DescribeKey kms:CreateGrant
        ExecutionRoleArn: iam:PassRole
    """,
    "AWS::SageMaker::ModelPackageGroup": """
        ModelPackageGroupPolicy: sagemaker:PutModelPackageGroupPolicy
        -ModelPackageGroupPolicy: sagemaker:DeleteModelPackageGroupPolicy
    """,
    "AWS::SSM::Parameter": """
        Tags: ssm:AddTagsToResource ssm:RemoveTagsFromResource
    """,
    "AWS::SNS::Topic": """
        DataProtectionPolicy: sns:PutDataProtectionPolicy
        DeliveryStatusLogging: iam:GetRole iam:PassRole
        Subscription: sns:Subscribe
        -Subscription: sns:Unsubscribe
    """,
    "AWS::SNS::Subscription": """
        SubscriptionRoleArn: iam:GetRole iam:PassRole
    """,
    "AWS::Events::Rule": """
        RoleArn Targets/RoleArn: iam:PassRole
    """,
    "AWS::KMS::Key": """
        EnableKeyRotation RotationPeriodInDays: kms:EnableKeyRotation
        -EnableKeyRotation: kms:DisableKeyRotation
        Enabled: kms:EnableKey kms:DisableKey
        Description: kms:UpdateKeyDescription
    """,
    "AWS::CodeCommit::Repository": """
        Code: codecommit:CreateCommit s3:GetObject
        Code/S3/ObjectVersion: s3:GetObjectVersion
        Triggers: codecommit:PutRepositoryTriggers
        KmsKeyId: codecommit:UpdateRepositoryEncryptionKey
    """,
    "AWS::CodePipeline::Pipeline": """
        DisableInboundStageTransitions: codepipeline:DisableStageTransition codepipeline:EnableStageTransition
        RestartExecutionOnUpdate: codepipeline:StartPipelineExecution
        Stages/Actions/Configuration/ConnectionArn: codestar-connections:PassConnection
            codeconnections:PassConnection
    """,
    "AWS::CodeBuild::Project": """
        VpcConfig: ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
        Source/Auth/Resource: codeconnections:PassConnection
    """,
    "AWS::EMR::Cluster": """
        AutoTerminationPolicy: elasticmapreduce:PutAutoTerminationPolicy
        -AutoTerminationPolicy: elasticmapreduce:RemoveAutoTerminationPolicy
        ManagedScalingPolicy: elasticmapreduce:PutManagedScalingPolicy
        -ManagedScalingPolicy: elasticmapreduce:RemoveManagedScalingPolicy
        StepConcurrencyLevel: elasticmapreduce:ModifyCluster
        Steps: elasticmapreduce:AddJobFlowSteps elasticmapreduce:ListSteps
        Instances/TerminationProtected: elasticmapreduce:SetTerminationProtection
        VisibleToAllUsers: elasticmapreduce:SetVisibleToAllUsers
    """,
    "AWS::EMRServerless::Application": """
        NetworkConfiguration: ec2:CreateNetworkInterface
        ImageConfiguration WorkerTypeSpecifications: ecr:BatchGetImage ecr:DescribeImages ecr:GetDownloadUrlForLayer
        IdentityCenterConfiguration: sso:CreateApplication sso:DeleteApplication sso:DescribeInstance
            sso:PutApplicationAccessScope sso:PutApplicationAssignmentConfiguration
            sso:PutApplicationAuthenticationMethod sso:PutApplicationGrant
        MonitoringConfiguration/ManagedPersistenceMonitoringConfiguration/EncryptionKeyArn
            MonitoringConfiguration/S3MonitoringConfiguration/EncryptionKeyArn
            MonitoringConfiguration/CloudWatchLoggingConfiguration/EncryptionKeyArn: kms:Decrypt kms:DescribeKey
            kms:GenerateDataKey
        !an application administers no key: kms:CancelKeyDeletion kms:CreateAlias kms:CreateKey kms:DeleteAlias
            kms:DisableKey kms:DisableKeyRotation kms:EnableKey kms:GetKeyPolicy kms:GetKeyRotationStatus
            kms:ListAliases kms:ListGrants kms:ListKeyPolicies kms:ListKeys kms:PutKeyPolicy kms:RevokeGrant
            kms:ScheduleKeyDeletion kms:TagResource kms:UntagResource kms:UpdateAlias kms:UpdateKeyDescription
            kms:UpdatePrimaryRegion
    """,
    "AWS::Scheduler::Schedule": """
        KmsKeyArn: kms:Decrypt kms:DescribeKey kms:GenerateDataKey
    """,
    "AWS::ApplicationAutoScaling::ScalableTarget": """
        ScheduledActions: application-autoscaling:PutScheduledAction application-autoscaling:DeleteScheduledAction
        RoleARN: iam:PassRole
        !no product scales the concurrency of a function: lambda:DeleteProvisionedConcurrencyConfig
            lambda:GetProvisionedConcurrencyConfig lambda:PutProvisionedConcurrencyConfig
    """,
    "AWS::ApplicationAutoScaling::ScalingPolicy": """
        PredictiveScalingPolicyConfiguration: cloudwatch:GetMetricData
    """,
    "AWS::StepFunctions::StateMachine": """
        DefinitionS3Location: s3:GetObject s3:GetObjectVersion
        EncryptionConfiguration: kms:DescribeKey kms:GenerateDataKey kms:Decrypt
    """,
    "AWS::SageMaker::Project": """
        TemplateProviderDetails: cloudformation:CreateStack cloudformation:DeleteStack cloudformation:DescribeStacks
            s3:GetObject iam:PassRole
    """,
}


@dataclass(frozen=True, slots=True)
class ConditionalPermission:
    """The properties that need an action: while one of them is set, or only when one of them is added or removed."""

    properties: tuple[tuple[str, ...], ...]  # paths below Properties; () for an action that is never needed
    on_removal: bool = False


@cache
def conditional_permissions(resource_type: str) -> Mapping[str, tuple[ConditionalPermission, ...]]:
    """Action -> its conditions, of which one suffices; an action that is not listed is always needed."""
    permissions: dict[str, tuple[ConditionalPermission, ...]] = {}
    for head, actions in _rows(_ROWS.get(resource_type, "")):
        permission = _permission(head)
        for action in actions:
            permissions[action] = (*permissions.get(action, ()), permission)
    return permissions


def resource_types() -> tuple[str, ...]:
    """The types that have rows."""
    return tuple(_ROWS)


def _permission(head: str) -> ConditionalPermission:
    if head.startswith("!"):
        return ConditionalPermission(())
    paths = tuple(tuple(name.split("/")) for name in head.removeprefix("-").split())
    return ConditionalPermission(paths, on_removal=head.startswith("-"))


def _rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """Head and actions of each row: the head ends with a colon, and an action has a colon inside."""
    head: list[str] = []
    actions: list[str] = []
    for token in text.split():
        if ":" in token.rstrip(":"):
            actions.append(token)
        elif actions:
            yield " ".join(head).rstrip(":"), actions
            head, actions = [token], []
        else:
            head.append(token)
    if head:
        yield " ".join(head).rstrip(":"), actions
