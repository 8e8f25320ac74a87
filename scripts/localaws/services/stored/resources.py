"""Specifications of the stored services and of their resources. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec
from scripts.localaws.services.stored.autoscaling_and_dashboards import AUTOSCALING_AND_DASHBOARDS

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
SERVICES = (
    ServiceSpec(
        "kms", "kms", (), "NotFoundException", "AlreadyExistsException", is_complete=False, tag_operations=("", "", "")
    ),
    *AUTOSCALING_AND_DASHBOARDS,
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
                blocks_parent=True,
            ),
            ResourceSpec("DomainPermissionsPolicy", ("domain",), "domain/{domain}", _POLICY, "", ("policy",), "Domain"),
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
        owner_parameter="domainOwner",
        is_cross_account=True,
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
                not_found_code="PipelineNotFoundException",
            ),
        ),
        conflict_code="PipelineNameInUseException",
    ),
    ServiceSpec("codeconnections", "codeconnections", (_CONNECTION,), conflict_code="ResourceUnavailableException"),
    ServiceSpec(
        "codestar-connections", "codestar-connections", (_CONNECTION,), conflict_code="ResourceUnavailableException"
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
                "EnableSecurityHub=create UpdateSecurityHubConfiguration=update DisableSecurityHub=delete",
                not_found_code="InvalidAccessException",
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
                "BatchEnableStandards=batch_create GetEnabledStandards=list BatchDisableStandards=batch_delete",
                parent="Hub",
            ),
        ),
        conflict_code="ResourceConflictException",
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
                operations="DescribeNotificationsForBudget=list DescribeSubscribersForNotification=read",
                parent="Budget",
            ),
        ),
        not_found_code="NotFoundException",
        conflict_code="DuplicateRecordException",
        owner_parameter="AccountId",
        is_regional=False,
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
                defaults={"Id": "rqlca-{hex}", "Status": "ACTIVE"},
                operations="AssociateResolverQueryLogConfig=create DisassociateResolverQueryLogConfig=delete",
            ),
        ),
        conflict_code="ResourceExistsException",
        is_complete=False,
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
                "DescribeConformancePackStatus=list_existing",
            ),
        ),
        not_found_code="NoSuchConformancePackException",
        is_complete=False,
    ),
    ServiceSpec(
        "servicequotas",
        "service-quotas",
        (
            ResourceSpec("ServiceQuota", *_QUOTA, reply_members=("Quota",), is_setting=True),
            ResourceSpec("AWSDefaultServiceQuota", *_QUOTA, reply_members=("Quota",), is_setting=True),
            ResourceSpec(
                "RequestedServiceQuotaChange",
                ("Id",),
                defaults={"Id": "{hex}", "Status": "APPROVED"},
                operations="ListRequestedServiceQuotaChangeHistoryByQuota=list",
                reply_members=("RequestedQuota",),
            ),
        ),
        not_found_code="NoSuchResourceException",
        conflict_code="ResourceAlreadyExistsException",
    ),
    ServiceSpec(
        "ec2",
        "ec2",
        (
            ResourceSpec(
                "EbsDefaultKmsKeyId",
                defaults={"KmsKeyId": "arn:aws:kms:{region}:{account}:alias/aws/ebs"},
                operations="ResetEbsDefaultKmsKeyId=delete",
                is_setting=True,
            ),
            ResourceSpec(
                "InstanceMetadataDefaults",
                defaults={"Return": True},
                reply_members=("AccountLevel",),
                is_setting=True,
            ),
            ResourceSpec(
                "SnapshotBlockPublicAccess",
                defaults={"State": "unblocked"},
                operations="EnableSnapshotBlockPublicAccess=update DisableSnapshotBlockPublicAccess=delete "
                "GetSnapshotBlockPublicAccessState=read",
                is_setting=True,
            ),
            ResourceSpec(
                "ImageBlockPublicAccess",
                defaults={"ImageBlockPublicAccessState": "unblocked"},
                operations="EnableImageBlockPublicAccess=update DisableImageBlockPublicAccess=delete "
                "GetImageBlockPublicAccessState=read",
                is_setting=True,
            ),
        ),
        is_complete=False,
    ),
)
