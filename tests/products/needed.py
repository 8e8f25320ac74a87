"""Why a launch role has or lacks an action of the registry schemas: data for test_launch_policies.py.

The schemas list what CloudFormation may need for any property of a type; a product uses some of them.
"""

# Names in the schemas that IAM spells otherwise.
SPELLED = {
    "kms:GenerateDataKeyWithoutPlainText": "kms:GenerateDataKeyWithoutPlaintext",
    "efs:CreateFileSystem": "elasticfilesystem:CreateFileSystem",
    "efs:DeleteFileSystem": "elasticfilesystem:DeleteFileSystem",
    "efs:DeleteMountTarget": "elasticfilesystem:DeleteMountTarget",
    "efs:DescribeMountTargets": "elasticfilesystem:DescribeMountTargets",
}

# Reason -> what a schema lists and no product needs. (type, action); "*" is every type.
NOT_NEEDED: dict[str, dict[str, str]] = {
    "the buckets have no such configuration, so nothing writes it": {
        "AWS::S3::Bucket": """s3:PutAccelerateConfiguration s3:PutAnalyticsConfiguration s3:PutBucketAbac
            s3:PutBucketAcl
            s3:PutBucketCORS s3:PutBucketObjectLockConfiguration s3:PutBucketReplication
            s3:PutBucketWebsite s3:PutIntelligentTieringConfiguration s3:PutInventoryConfiguration
            s3:PutMetricsConfiguration s3:PutObjectLockConfiguration s3:PutReplicationConfiguration
            s3:CreateBucketMetadataTableConfiguration s3:DeleteBucketMetadataTableConfiguration
            s3:UpdateBucketMetadataAnnotationTableConfiguration s3:UpdateBucketMetadataInventoryTableConfiguration
            s3:UpdateBucketMetadataJournalTableConfiguration s3tables:CreateNamespace s3tables:CreateTable
            s3tables:CreateTableBucket s3tables:GetTable s3tables:GetTableMetadataLocation
            s3tables:PutTableBucketPolicy s3tables:PutTableEncryption s3tables:PutTablePolicy
            s3tables:UpdateTableMetadataLocation iam:PassRole"""
    },
    "no upgrade takes a protection of a bucket away": {
        "AWS::S3::Bucket": """s3:DeleteBucketAnalyticsConfiguration s3:DeleteBucketCors s3:DeleteBucketEncryption
            s3:DeleteBucketLifecycle s3:DeleteBucketMetricsConfiguration s3:DeleteBucketReplication
            s3:DeleteBucketWebsite"""
    },
    "a launch role never touches objects": {
        "AWS::S3::Bucket": "s3:DeleteObject s3:PutObjectAcl",
        "AWS::Lambda::Function": "s3:GetObjectVersion",
    },
    "the functions are inline Python without such settings": {
        "AWS::Lambda::Function": """elasticfilesystem:DescribeMountTargets kms:CreateGrant kms:Decrypt kms:DescribeKey
            kms:Encrypt kms:GenerateDataKey lambda:AssociateRuntimeAlias lambda:DeleteFunctionCodeSigningConfig
            lambda:DeleteFunctionConcurrency lambda:GetCodeSigningConfig lambda:GetLayerVersion
            lambda:PassCapacityProvider lambda:PublishVersion lambda:PutFunctionCodeSigningConfig
            lambda:PutFunctionConcurrency lambda:PutFunctionRecursionConfig lambda:PutFunctionScalingConfig
            lambda:PutRuntimeManagementConfig s3files:ListMountTargets"""
    },
    "log groups keep their key and retention, and have no such policies": {
        "AWS::Logs::LogGroup": """firehose:TagDeliveryStream logs:CreateLogDelivery logs:DeleteDataProtectionPolicy
            logs:DeleteIndexPolicy logs:DeleteResourcePolicy logs:DeleteRetentionPolicy logs:DisassociateKmsKey
            logs:PutBearerTokenAuthentication logs:PutDataProtectionPolicy logs:PutIndexPolicy
            logs:PutLogGroupDeletionProtection logs:PutResourcePolicy s3:REST.PUT.OBJECT"""
    },
    "roles have inline policies only, and never leave the boundary or change whom they trust": {
        "AWS::IAM::Role": """iam:AttachRolePolicy iam:DeleteRolePermissionsBoundary iam:DetachRolePolicy
            iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription"""
    },
    "policies belong to roles": {
        "AWS::IAM::Policy": """iam:DeleteGroupPolicy iam:DeleteUserPolicy iam:GetGroupPolicy iam:GetUserPolicy
            iam:PutGroupPolicy iam:PutUserPolicy"""
    },
    "the domain has no domain-wide applications, and its profiles belong to other stacks": {
        "AWS::SageMaker::Domain": """sagemaker:CreateApp sagemaker:DeleteApp sagemaker:DescribeApp
            sagemaker:DescribeUserProfile"""
    },
    "the home file system is kept by CloudFormation, or deleted by the clean-up function": {
        "AWS::SageMaker::Domain": """elasticfilesystem:DeleteFileSystem elasticfilesystem:DeleteMountTarget
            elasticfilesystem:DescribeMountTargets"""
    },
    "people enter with IAM, not with the identity centre": {
        "AWS::SageMaker::UserProfile": """identitystore:DescribeUser identitystore:ListUsers sso:DescribeInstance
            sso:ListInstances"""
    },
    "an application uses the account's key and network, no image and no identity centre": {
        "AWS::EMRServerless::Application": """ecr:BatchGetImage ecr:DescribeImages ecr:GetDownloadUrlForLayer
            kms:CancelKeyDeletion kms:CreateAlias kms:CreateKey kms:Decrypt kms:DeleteAlias kms:DescribeKey
            kms:DisableKey kms:DisableKeyRotation kms:EnableKey kms:GenerateDataKey kms:GetKeyPolicy
            kms:GetKeyRotationStatus kms:ListAliases kms:ListGrants kms:ListKeyPolicies kms:ListKeys kms:PutKeyPolicy
            kms:RevokeGrant kms:ScheduleKeyDeletion kms:TagResource kms:UntagResource kms:UpdateAlias
            kms:UpdateKeyDescription kms:UpdatePrimaryRegion sso:CreateApplication sso:DeleteApplication
            sso:DescribeInstance sso:PutApplicationAccessScope sso:PutApplicationAssignmentConfiguration
            sso:PutApplicationAuthenticationMethod sso:PutApplicationGrant"""
    },
    "profiles take their image from the domain": {
        "AWS::SageMaker::UserProfile": "sagemaker:DescribeImage sagemaker:DescribeImageVersion"
    },
}

# Action -> why, although no schema of the product's types says so.
ALSO_NEEDED = {
    "cloudformation:CreateStack": "Service Catalog runs the stack with the launch role",
    "cloudformation:DeleteStack": "Service Catalog runs the stack with the launch role",
    "cloudformation:DescribeStackEvents": "Service Catalog runs the stack with the launch role",
    "cloudformation:DescribeStacks": "Service Catalog runs the stack with the launch role",
    "cloudformation:GetTemplateSummary": "Service Catalog reads the parameters of the template",
    "cloudformation:SetStackPolicy": "Service Catalog runs the stack with the launch role",
    "cloudformation:UpdateStack": "Service Catalog runs the stack with the launch role",
    "cloudformation:ValidateTemplate": "Service Catalog reads the parameters of the template",
    **dict.fromkeys(
        [
            "elasticmapreduce:AddTags",
            "elasticmapreduce:DescribeCluster",
            "elasticmapreduce:PutAutoTerminationPolicy",
            "elasticmapreduce:PutManagedScalingPolicy",
            "elasticmapreduce:RemoveTags",
            "elasticmapreduce:RunJobFlow",
            "elasticmapreduce:TerminateJobFlows",
            "iam:PassRole",
        ],
        "the schema of AWS::EMR::Cluster lists no permissions",
    ),
    "lambda:InvokeFunction": "CloudFormation calls the function of a custom resource with the launch role",
    "s3:GetObject": "Service Catalog keeps the template in a bucket of its own",
    "ssm:GetParameters": "CloudFormation reads the contracts with the launch role",
}

# Actions without a resource type in IAM, or whose resource's name the product does not choose.
ON_EVERYTHING = {
    "cloudformation:GetTemplateSummary",
    "cloudformation:ValidateTemplate",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "elasticmapreduce:CreateSecurityConfiguration",
    "elasticmapreduce:DeleteSecurityConfiguration",
    "elasticmapreduce:DescribeSecurityConfiguration",
    "elasticmapreduce:RunJobFlow",
    "emr-serverless:CreateApplication",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "s3:GetObject",
}
