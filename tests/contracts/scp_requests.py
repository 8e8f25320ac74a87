"""Requests for the tests of service control policies: role, action, resource and condition keys. Data."""

from typing import Any

PLATFORM, LEAD = "OrganizationAccountAccessRole", "technical-lead"
LAUNCH, DEVELOPER = "launch-studio-environment", "studio-developer"
KEY = "arn:aws:kms:eu-west-2:111122223333:key/1"
IAM, SSM, S3 = "arn:aws:iam::111122223333", "arn:aws:ssm:eu-west-2:111122223333:parameter", "arn:aws:s3:::"
TRAINING, DEPLOYMENT = "launch-training-pipeline", "launch-model-deployment-pipeline"
BUILDS, PIPELINES = (f"arn:aws:{service}:eu-west-2:111122223333" for service in ("codebuild", "codepipeline"))
LOGS, ARCHIVE = "arn:aws:logs:eu-west-2:111122223333:log-group", f"{S3}mlops-logs-444455556666-eu-west-2"

# Condition keys of a compliant job; a case removes keys (None) or changes them.
JOB = {
    "sagemaker:VpcSubnets": "subnet-1",
    "sagemaker:VpcSecurityGroupIds": "sg-1",
    "sagemaker:VolumeKmsKey": KEY,
    "sagemaker:OutputKmsKey": KEY,
    "sagemaker:NetworkIsolation": "true",
    "sagemaker:InterContainerTrafficEncryption": "true",
    "sagemaker:InstanceTypes": "ml.m5.large",
}
MODEL = {"sagemaker:VpcSubnets": "subnet-1", "sagemaker:NetworkIsolation": "true"}
DOMAIN = {
    "sagemaker:AppNetworkAccessType": "VpcOnly",
    "sagemaker:VolumeKmsKey": KEY,
    "sagemaker:VpcSubnets": "subnet-1",
}
SERVERLESS = {"sagemaker:VolumeKmsKey": KEY, "sagemaker:ServerlessMaxConcurrency": "5"}
MIXED = ("ml.g4dn.xlarge", "ml.m5.large")  # of a heterogeneous cluster
VOLUME, OUTPUT = {"sagemaker:VolumeKmsKey": None}, {"sagemaker:OutputKmsKey": None}
OTHER_REGION, US = {"aws:RequestedRegion": "eu-west-1"}, {"aws:RequestedRegion": "us-east-1"}

Case = tuple[str, str, str, str, dict[str, Any]]

# Requests that a policy must deny: policy, role, action, resource, condition keys.
DENIED: list[Case] = [
    ("regions", LEAD, "ec2:RunInstances", "*", OTHER_REGION),
    ("regions", PLATFORM, "ec2:CreateVpc", "*", OTHER_REGION),
    ("regions", DEVELOPER, "s3:CreateBucket", f"{S3}mlops-x", US),
    ("regions", PLATFORM, "account:EnableRegion", "*", {}),
    ("membership", PLATFORM, "organizations:LeaveOrganization", "*", {}),
    ("membership", LEAD, "account:CloseAccount", "*", {}),
    ("membership", PLATFORM, "iam:CreateUser", f"{IAM}:user/eve", {}),
    ("membership", LEAD, "iam:CreateAccessKey", f"{IAM}:user/eve", {}),
    ("audit_trail", LEAD, "cloudtrail:StopLogging", "*", {}),
    ("audit_trail", LEAD, "config:StopConfigurationRecorder", "*", {}),
    ("audit_trail", LAUNCH, "guardduty:DeleteDetector", "*", {}),
    ("audit_trail", DEVELOPER, "securityhub:DisableSecurityHub", "*", {}),
    ("audit_trail", LEAD, "access-analyzer:DeleteAnalyzer", "*", {}),
    ("audit_trail", LEAD, "ec2:DeleteFlowLogs", "*", {}),
    ("audit_trail", LEAD, "s3:PutBucketPolicy", f"{S3}mlops-access-logs-111122223333-eu-west-2", {}),
    ("audit_trail", LEAD, "s3:DeleteBucketPolicy", ARCHIVE, {}),
    ("audit_trail", PLATFORM, "s3:DeleteObjectVersion", f"{ARCHIVE}/AWSLogs/1", {}),
    ("audit_trail", PLATFORM, "s3:BypassGovernanceRetention", f"{ARCHIVE}/AWSLogs/1", {}),
    ("audit_trail", LAUNCH, "logs:DeleteLogGroup", f"{LOGS}:/mlops/flow-logs", {}),
    ("sharing", LEAD, "s3:PutAccountPublicAccessBlock", "*", {}),
    ("sharing", LEAD, "ecr:SetRepositoryPolicy", "*", {}),
    ("sharing", PLATFORM, "ec2:ModifySnapshotAttribute", "*", {}),
    ("sharing", PLATFORM, "ec2:ModifyImageAttribute", "*", {}),
    ("sharing", LEAD, "ecr-public:CreateRepository", "*", {}),
    ("sharing", LEAD, "s3:PutObjectAcl", f"{S3}mlops-x/y", {"s3:x-amz-acl": "public-read"}),
    ("sharing", LEAD, "ram:CreateResourceShare", "*", {"ram:RequestedAllowsExternalPrincipals": "true"}),
    ("sharing", LEAD, "ram:AssociateResourceShare", "*", {"ram:AllowsExternalPrincipals": "true"}),
    ("sharing", LEAD, "lambda:CreateFunctionUrlConfig", "*", {"lambda:FunctionUrlAuthType": "NONE"}),
    ("sharing", LEAD, "lambda:AddPermission", "*", {"lambda:Principal": "*"}),
    ("baseline", LEAD, "iam:UpdateAssumeRolePolicy", f"{IAM}:role/model-approver", {}),
    ("baseline", LAUNCH, "iam:PutRolePolicy", f"{IAM}:role/studio-developer", {}),
    ("baseline", LAUNCH, "iam:PutRolePolicy", f"{IAM}:role/launch-studio-environment", {}),
    ("baseline", LAUNCH, "iam:PutRolePolicy", f"{IAM}:role/mlops-promotion-deploys", {}),
    ("baseline", LEAD, "iam:UpdateAssumeRolePolicy", f"{IAM}:role/platform-fix-engineer", {}),
    ("baseline", LAUNCH, "iam:CreateRole", f"{IAM}:role/mlops-break-glass", {}),
    ("baseline", LAUNCH, "ssm:PutParameter", f"{SSM}/mlops-break-glass/approvals/erin/frank", {}),
    ("baseline", PLATFORM, "ssm:DeleteParameter", f"{SSM}/mlops-break-glass/windows/erin/1", {}),
    ("baseline", TRAINING, "iam:PassRole", f"{IAM}:role/mlops-promotion-source", {}),
    ("baseline", TRAINING, "iam:PassRole", f"{IAM}:role/mlops-deployment-deployment-0a1b2c3d", {}),
    ("baseline", TRAINING, "iam:PutRolePolicy", f"{IAM}:role/mlops-deployment-deployment-0a1b2c3d", {}),
    *(
        ("baseline", TRAINING, "codebuild:UpdateProject", f"{BUILDS}:project/mlops-deployment-{name}-0a1b2c3d", {})
        for name in ("choose", "promote", "test")
    ),
    ("baseline", TRAINING, "codepipeline:UpdatePipeline", f"{PIPELINES}:mlops-deployment-deployment-0a1b2c3d", {}),
    ("baseline", LEAD, "iam:AttachRolePolicy", f"{IAM}:role/{PLATFORM}", {}),
    ("baseline", LEAD, "iam:CreatePolicyVersion", f"{IAM}:policy/mlops-boundary", {}),
    ("baseline", PLATFORM, "iam:DeleteRolePermissionsBoundary", f"{IAM}:role/mlops-studio-clean-up", {}),
    ("baseline", LAUNCH, "ssm:PutParameter", f"{SSM}/mlops/spoke/data-key-arn", {}),
    ("baseline", LAUNCH, "ssm:DeleteParameter", f"{SSM}/mlops/hub/studio-image-uri", {}),
    ("baseline", LEAD, "ssm:PutParameter", f"{SSM}/mlops/studio/domain-id", {}),
    ("baseline", DEVELOPER, "ssm:PutParameter", f"{SSM}/mlops/images/training-image-uri", {}),
    ("baseline", LEAD, "kms:ScheduleKeyDeletion", KEY, {}),
    ("baseline", LAUNCH, "kms:PutKeyPolicy", KEY, {}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, "sagemaker:VpcSubnets": None}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateModel", "*", {**MODEL, "sagemaker:VpcSubnets": None}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateAutoMLJobV2", "*", {**JOB, "sagemaker:VpcSubnets": None}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateModelBiasJobDefinition", "*", {**JOB, "sagemaker:VpcSubnets": None}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateProcessingJob", "*", {**JOB, **VOLUME}),
    ("sagemaker", LAUNCH, "sagemaker:CreateDomain", "*", {**DOMAIN, **VOLUME}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateTransformJob", "*", {"sagemaker:OutputKmsKey": KEY}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateEndpointConfig", "*", {"sagemaker:InstanceTypes": "ml.m5.large"}),
    ("sagemaker", LAUNCH, "sagemaker:CreateEndpointConfig", "*", SERVERLESS),
    ("sagemaker", DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, **OUTPUT}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateTransformJob", "*", {"sagemaker:VolumeKmsKey": KEY}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, **VOLUME, "sagemaker:InstanceTypes": MIXED}),
    *(
        ("sagemaker", DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, key: value})
        for key in ("sagemaker:InterContainerTrafficEncryption", "sagemaker:NetworkIsolation")
        for value in ("false", None)
    ),
    *(
        ("sagemaker", DEVELOPER, "sagemaker:CreateHyperParameterTuningJob", "*", {**JOB, key: value})
        for key, value in (
            ("sagemaker:VpcSubnets", None),
            ("sagemaker:VolumeKmsKey", None),
            ("sagemaker:OutputKmsKey", None),
            ("sagemaker:NetworkIsolation", "false"),
            ("sagemaker:InterContainerTrafficEncryption", "false"),
        )
    ),
    ("sagemaker", DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, "sagemaker:EnableRemoteDebug": "true"}),
    ("sagemaker", DEVELOPER, "sagemaker:CreateMonitoringSchedule", "*", {"sagemaker:InstanceTypes": "ml.m5.large"}),
    ("sagemaker", PLATFORM, "sagemaker:CreateNotebookInstance", "*", JOB),
    ("sagemaker", LAUNCH, "sagemaker:CreateDomain", "*", {**DOMAIN, "sagemaker:AppNetworkAccessType": None}),
    ("sagemaker", LAUNCH, "sagemaker:UpdateDomain", "*", {"sagemaker:AppNetworkAccessType": "PublicInternetOnly"}),
    ("catalogue", LEAD, "servicecatalog:CreateProvisioningArtifact", "*", {}),
    ("catalogue", PLATFORM, "servicecatalog:CreateConstraint", "*", {}),
    ("suspended", LEAD, "s3:GetObject", f"{S3}mlops-x/y", {}),
    ("suspended", LAUNCH, "sagemaker:CreateDomain", "*", DOMAIN),
]

# Requests of people, products and the platform that no policy may deny: role, action, resource, condition keys.
ALLOWED: list[tuple[str, str, str, dict[str, Any]]] = [
    (LEAD, "ec2:DescribeVpcs", "*", {}),
    (LEAD, "iam:ListRoles", "*", US),
    (LEAD, "sts:AssumeRole", f"{IAM}:role/developer", US),
    (LEAD, "organizations:DescribeOrganization", "*", US),
    (LEAD, "servicecatalog:ProvisionProduct", "*", {}),
    (LEAD, "cloudtrail:LookupEvents", "*", {}),
    (PLATFORM, "cloudtrail:UpdateTrail", "*", {}),
    (PLATFORM, "guardduty:UpdateDetector", "*", {}),
    (PLATFORM, "s3:PutBucketPolicy", ARCHIVE, {}),
    (PLATFORM, "s3:PutBucketPolicy", f"{S3}mlops-access-logs-111122223333-eu-west-2", {}),
    (PLATFORM, "logs:PutRetentionPolicy", f"{LOGS}:/mlops/flow-logs", {}),
    (PLATFORM, "s3:PutAccountPublicAccessBlock", "*", {}),
    (PLATFORM, "ecr:SetRepositoryPolicy", "*", {}),
    (PLATFORM, "iam:CreateRole", f"{IAM}:role/technical-lead", {}),
    (PLATFORM, "iam:CreatePolicyVersion", f"{IAM}:policy/mlops-boundary", {}),
    (PLATFORM, "ssm:PutParameter", f"{SSM}/mlops/spoke/data-key-arn", {}),
    (PLATFORM, "kms:PutKeyPolicy", KEY, {}),
    (PLATFORM, "iam:PutRolePolicy", f"{IAM}:role/technical-lead", {}),
    (PLATFORM, "iam:PutRolePolicy", f"{IAM}:role/mlops-promotion-source", {}),
    (DEPLOYMENT, "iam:PassRole", f"{IAM}:role/mlops-promotion-source", {}),
    (DEPLOYMENT, "codebuild:UpdateProject", f"{BUILDS}:project/mlops-deployment-promote-0a1b2c3d", {}),
    (TRAINING, "iam:PassRole", f"{IAM}:role/mlops-deployment-build-0a1b2c3d", {}),
    (TRAINING, "codebuild:UpdateProject", f"{BUILDS}:project/mlops-deployment-build-0a1b2c3d", {}),
    ("mlops-break-glass", "iam:UpdateAssumeRolePolicy", f"{IAM}:role/platform-fix-engineer", {}),
    ("mlops-break-glass", "ssm:PutParameter", f"{SSM}/mlops-break-glass/windows/erin/1", {}),
    ("platform-support-engineer", "ssm:PutParameter", f"{SSM}/mlops-break-glass/requests/erin", {}),
    (LEAD, "ram:CreateResourceShare", "*", {"ram:RequestedAllowsExternalPrincipals": "false"}),
    (LEAD, "s3:PutObject", f"{S3}mlops-x/y", {"s3:x-amz-acl": "bucket-owner-full-control"}),
    (LAUNCH, "lambda:AddPermission", "*", {"lambda:Principal": "events.amazonaws.com"}),
    (LAUNCH, "ssm:PutParameter", f"{SSM}/mlops/studio/domain-id", {}),
    ("mlops-image-factory", "ssm:PutParameter", f"{SSM}/mlops/images/training-image-uri", {}),
    ("mlops-release", "servicecatalog:CreateProvisioningArtifact", "*", {}),
    (DEVELOPER, "sagemaker:CreateTrainingJob", "*", JOB),
    (DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, **VOLUME, "sagemaker:InstanceTypes": "ml.g4dn.xlarge"}),
    (DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, **VOLUME, "sagemaker:VolumeKmsKeyArn": KEY}),
    (DEVELOPER, "sagemaker:CreateTrainingJob", "*", {**JOB, **OUTPUT, "sagemaker:OutputKmsKeyArn": KEY}),
    (DEVELOPER, "sagemaker:CreateHyperParameterTuningJob", "*", JOB),
    (DEVELOPER, "sagemaker:CreateProcessingJob", "*", JOB),
    (DEVELOPER, "sagemaker:CreateModel", "*", MODEL),
    (DEVELOPER, "sagemaker:CreateModelPackage", "*", {}),
    (DEVELOPER, "sagemaker:CreateModelPackageGroup", "*", {}),
    (DEVELOPER, "sagemaker:CreateTransformJob", "*", {"sagemaker:VolumeKmsKey": KEY, "sagemaker:OutputKmsKey": KEY}),
    (DEVELOPER, "sagemaker:CreateEndpointConfig", "*", {"sagemaker:VolumeKmsKey": KEY}),
    (DEVELOPER, "sagemaker:CreateMonitoringSchedule", "*", {}),
    (LAUNCH, "sagemaker:UpdateDomain", "*", {}),
]
