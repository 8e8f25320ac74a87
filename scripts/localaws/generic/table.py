"""The table: one row for each service, one for each noun that is stored. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from scripts.localaws.emr.kinds import EMR, SERVERLESS
from scripts.localaws.generic.noun import Api, Noun
from scripts.localaws.generic.running import RUNNING
from scripts.localaws.sagemaker.kinds import STUDIO

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
_CONNECTION = Noun(
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
        Api("kms", "kms", (), "NotFoundException", "AlreadyExistsException", whole=False, tagging=("", "", "")),
        *RUNNING,
        Api(
            "codeartifact",
            "codeartifact",
            (
                Noun("Domain", ("domain",), "domain/{domain}", _DOMAIN),
                Noun(
                    "Repository",
                    ("domain", "repository"),
                    "repository/{domain}/{repository}",
                    _REPOSITORY,
                    "ListRepositoriesInDomain=list",
                    parent="Domain",
                    blocks=True,
                ),
                Noun("DomainPermissionsPolicy", ("domain",), "domain/{domain}", _POLICY, "", ("policy",), "Domain"),
                Noun(
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
        Api(
            "codepipeline",
            "codepipeline",
            (
                Noun(
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
        Api("codeconnections", "codeconnections", (_CONNECTION,), taken="ResourceUnavailableException"),
        Api("codestar-connections", "codestar-connections", (_CONNECTION,), taken="ResourceUnavailableException"),
        Api(
            "securityhub",
            "securityhub",
            (
                Noun(
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
                Noun(
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
        Api(
            "access-analyzer",
            "accessanalyzer",
            (
                Noun(
                    "Analyzer",
                    ("analyzerName",),
                    "analyzer/{analyzerName}",
                    {"name": "{analyzerName}", "status": "ACTIVE"},
                ),
                Noun("ArchiveRule", ("analyzerName", "ruleName"), parent="Analyzer"),
            ),
        ),
        Api(
            "budgets",
            "budgets",
            (
                Noun(
                    "Budget",
                    ("BudgetName",),
                    "budget/{BudgetName}",
                    {"CalculatedSpend": {"ActualSpend": {"Amount": "0", "Unit": "USD"}}},
                ),
                Noun(
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
        Api(
            "route53resolver",
            "route53resolver",
            (
                Noun(
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
                Noun(
                    "ResolverQueryLogConfigAssociation",
                    ("ResolverQueryLogConfigId", "ResourceId"),
                    born={"Id": "rqlca-{hex}", "Status": "ACTIVE"},
                    verbs="AssociateResolverQueryLogConfig=make DisassociateResolverQueryLogConfig=drop",
                ),
            ),
            taken="ResourceExistsException",
            whole=False,
        ),
        Api(
            "config",
            "config",
            (
                Noun(
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
        Api(
            "servicequotas",
            "service-quotas",
            (
                Noun("ServiceQuota", *_QUOTA, wraps=("Quota",), always=True),
                Noun("AWSDefaultServiceQuota", *_QUOTA, wraps=("Quota",), always=True),
                Noun(
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
        Api(
            "ec2",
            "ec2",
            (
                Noun(
                    "EbsDefaultKmsKeyId",
                    born={"KmsKeyId": "arn:aws:kms:{region}:{account}:alias/aws/ebs"},
                    verbs="ResetEbsDefaultKmsKeyId=drop",
                    always=True,
                ),
                Noun(
                    "InstanceMetadataDefaults",
                    born={"Return": True},
                    wraps=("AccountLevel",),
                    always=True,
                ),
                Noun(
                    "SnapshotBlockPublicAccess",
                    born={"State": "unblocked"},
                    verbs="EnableSnapshotBlockPublicAccess=change DisableSnapshotBlockPublicAccess=drop "
                    "GetSnapshotBlockPublicAccessState=show",
                    always=True,
                ),
                Noun(
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
