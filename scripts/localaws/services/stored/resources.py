"""The table: one row for each service, one for each noun that is stored. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec
from scripts.localaws.services.emr.resources import EMR, SERVERLESS
from scripts.localaws.services.sagemaker.resources import STUDIO
from scripts.localaws.services.stored.autoscaling_and_dashboards import RUNNING

_POLICY = {"resourceArn": "{arn}", "revision": "{hex}", "document": "{policyDocument}"}
_DOMAIN = {
    "name": "{domain}",
    "owner": "{account}",
    "status": "Active",
    "encryptionKey": "arn:aws:kms:{region}:{account}:alias/aws/codeartifact",
    "s3BucketArn": "arn:aws:s3:::assets-{hex}-{region}",
    "repositoryCount": 0,
    "assetSizeBytes": 0,
}
_REPOSITORY = {
    "name": "{repository}",
    "domainName": "{domain}",
    "domainOwner": "{account}",
    "administratorAccount": "{account}",
    "upstreams": [],
    "externalConnections": [],
}
_CONNECTION = ResourceSpec(
    "Connection",
    ("ConnectionName",),
    "connection/{uuid}",
    {"ConnectionArn": "{arn}", "ConnectionStatus": "PENDING", "OwnerAccountId": "{account}"},
)
_QUOTA = (
    ("ServiceCode", "QuotaCode"),
    "{ServiceCode}/{QuotaCode}",
    {
        "QuotaArn": "{arn}",
        "Value": 0.0,
        "Adjustable": True,
        "GlobalQuota": False,
        "Unit": "None",
        "ServiceName": "{ServiceCode}",
        "QuotaName": "{QuotaCode}",
    },
)
APIS = {
    api.scope: api
    for api in (
        STUDIO,
        EMR,
        SERVERLESS,
        ServiceSpec("kms", "kms", (), "NotFoundException", "AlreadyExistsException", whole=False, tagging=("", "", "")),
        *RUNNING,
        ServiceSpec(
            "codeartifact",
            "codeartifact",
            (
                ResourceSpec("Domain", ("domain",), "domain/{domain}", _DOMAIN),
                ResourceSpec(
                    "Repository",
                    ("domain", "repository"),
                    "repository/{domain}/{repository}",
                    _REPOSITORY,
                    "ListRepositoriesInDomain=list",
                    parent="Domain",
                    blocks=True,
                ),
                ResourceSpec(
                    "DomainPermissionsPolicy", ("domain",), "domain/{domain}", _POLICY, "", ("policy",), "Domain"
                ),
                ResourceSpec(
                    "RepositoryPermissionsPolicy",
                    ("domain", "repository"),
                    "repository/{domain}/{repository}",
                    _POLICY,
                    "",
                    ("policy",),
                    "Repository",
                ),
            ),
            owner="domainOwner",
        ),
        ServiceSpec(
            "codepipeline",
            "codepipeline",
            (
                ResourceSpec(
                    "Pipeline",
                    ("name",),
                    "{name}",
                    {"version": 1, "pipelineArn": "{arn}", "executionMode": "SUPERSEDED", "pipelineType": "V1"},
                    "",
                    ("metadata",),
                    absent="PipelineNotFoundException",
                ),
            ),
            taken="PipelineNameInUseException",
        ),
        ServiceSpec("codeconnections", "codeconnections", (_CONNECTION,), taken="ResourceUnavailableException"),
        ServiceSpec(
            "codestar-connections", "codestar-connections", (_CONNECTION,), taken="ResourceUnavailableException"
        ),
        ServiceSpec(
            "securityhub",
            "securityhub",
            (
                ResourceSpec(
                    "Hub",
                    (),
                    "hub/default",
                    {
                        "SubscribedAt": "{now}",
                        "AutoEnableControls": True,
                        "ControlFindingGenerator": "SECURITY_CONTROL",
                    },
                    "EnableSecurityHub=make UpdateSecurityHubConfiguration=change DisableSecurityHub=drop",
                    absent="InvalidAccessException",
                ),
                ResourceSpec(
                    "StandardsSubscription",
                    ("StandardsArn",),
                    "subscription/{StandardsArn|rest}",
                    {
                        "StandardsSubscriptionArn": "{arn}",
                        "StandardsStatus": "READY",
                        "StandardsInput": {},
                    },
                    "BatchEnableStandards=makes GetEnabledStandards=list BatchDisableStandards=drops",
                    parent="Hub",
                ),
            ),
            taken="ResourceConflictException",
        ),
        ServiceSpec(
            "access-analyzer",
            "accessanalyzer",
            (
                ResourceSpec(
                    "Analyzer",
                    ("analyzerName",),
                    "analyzer/{analyzerName}",
                    {"name": "{analyzerName}", "status": "ACTIVE"},
                ),
                ResourceSpec("ArchiveRule", ("analyzerName", "ruleName"), parent="Analyzer"),
            ),
        ),
        ServiceSpec(
            "budgets",
            "budgets",
            (
                ResourceSpec(
                    "Budget",
                    ("BudgetName",),
                    "budget/{BudgetName}",
                    {"CalculatedSpend": {"ActualSpend": {"Amount": "0", "Unit": "USD"}}},
                ),
                ResourceSpec(
                    "Notification",
                    ("BudgetName", "Notification"),
                    verbs="DescribeNotificationsForBudget=list DescribeSubscribersForNotification=show",
                    parent="Budget",
                ),
            ),
            absent="NotFoundException",
            taken="DuplicateRecordException",
            owner="AccountId",
            home=False,
        ),
        ServiceSpec(
            "route53resolver",
            "route53resolver",
            (
                ResourceSpec(
                    "ResolverQueryLogConfig",
                    ("Id",),
                    "resolver-query-log-config/{Id}",
                    {
                        "Id": "rqlc-{hex}",
                        "OwnerId": "{account}",
                        "Status": "CREATED",
                        "ShareStatus": "NOT_SHARED",
                        "AssociationCount": 0,
                    },
                ),
                ResourceSpec(
                    "ResolverQueryLogConfigAssociation",
                    ("ResolverQueryLogConfigId", "ResourceId"),
                    born={"Id": "rqlca-{hex}", "Status": "ACTIVE"},
                    verbs="AssociateResolverQueryLogConfig=make DisassociateResolverQueryLogConfig=drop",
                ),
            ),
            taken="ResourceExistsException",
            whole=False,
        ),
        ServiceSpec(
            "config",
            "config",
            (
                ResourceSpec(
                    "ConformancePack",
                    ("ConformancePackName",),
                    "conformance-pack/{ConformancePackName}/{ConformancePackId}",
                    {"ConformancePackId": "conformance-pack-{hex}", "ConformancePackState": "CREATE_COMPLETE"},
                    "DescribeConformancePackStatus=some",
                ),
            ),
            absent="NoSuchConformancePackException",
            whole=False,
        ),
        ServiceSpec(
            "servicequotas",
            "service-quotas",
            (
                ResourceSpec("ServiceQuota", *_QUOTA, wraps=("Quota",), always=True),
                ResourceSpec("AWSDefaultServiceQuota", *_QUOTA, wraps=("Quota",), always=True),
                ResourceSpec(
                    "RequestedServiceQuotaChange",
                    ("Id",),
                    born={"Id": "{hex}", "Status": "APPROVED"},
                    verbs="ListRequestedServiceQuotaChangeHistoryByQuota=list",
                    wraps=("RequestedQuota",),
                ),
            ),
            absent="NoSuchResourceException",
            taken="ResourceAlreadyExistsException",
        ),
        ServiceSpec(
            "ec2",
            "ec2",
            (
                ResourceSpec(
                    "EbsDefaultKmsKeyId",
                    born={"KmsKeyId": "arn:aws:kms:{region}:{account}:alias/aws/ebs"},
                    verbs="ResetEbsDefaultKmsKeyId=drop",
                    always=True,
                ),
                ResourceSpec(
                    "InstanceMetadataDefaults",
                    born={"Return": True},
                    wraps=("AccountLevel",),
                    always=True,
                ),
                ResourceSpec(
                    "SnapshotBlockPublicAccess",
                    born={"State": "unblocked"},
                    verbs="EnableSnapshotBlockPublicAccess=change DisableSnapshotBlockPublicAccess=drop "
                    "GetSnapshotBlockPublicAccessState=show",
                    always=True,
                ),
                ResourceSpec(
                    "ImageBlockPublicAccess",
                    born={"ImageBlockPublicAccessState": "unblocked"},
                    verbs="EnableImageBlockPublicAccess=change DisableImageBlockPublicAccess=drop "
                    "GetImageBlockPublicAccessState=show",
                    always=True,
                ),
            ),
            whole=False,
        ),
    )
}
