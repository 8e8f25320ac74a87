"""The stored services (scripts/localaws/services/stored): through Terraform, and as AWS's pages describe them."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regex
from moto.core.utils import get_service_model

from scripts.localaws.core.request_validation import _python
from scripts.localaws.core.service_table import SERVICES
from scripts.localaws.crud import registry
from scripts.localaws.crud.dispatch import operations
from scripts.localaws.server.server import install
from tests.localaws.conftest import Aws, Terraform, refused

for folder in ("stored", "sagemaker", "emr"):
    install(folder)
pytestmark = pytest.mark.local_only
TYPES = Path(__file__).with_name("types.tf")
STANDARD = "arn:aws:securityhub:eu-west-2::standards/aws-foundational-security-best-practices/v/1.0.0"
BUDGET = {"BudgetName": "month", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
LATE = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
NOBODY = {"SubscriptionType": "EMAIL", "Address": "owner@bank.example"}
_S3 = {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}
_MANUAL = {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}
STAGES = [
    {"name": "Source", "actions": [{"name": "S3", "actionTypeId": _S3, "outputArtifacts": [{"name": "source"}]}]},
    {"name": "Check", "actions": [{"name": "Check", "actionTypeId": _MANUAL}]},
]


@pytest.mark.slow
def test_terraform_applies_every_type_finds_nothing_to_change_and_destroys_it(terraform: Terraform, aws: Aws) -> None:
    terraform.apply(TYPES.read_text(encoding="utf-8"))
    assert terraform.plan() == []
    terraform.destroy()
    assert aws("codeartifact").list_domains()["domains"] == []
    assert refused(aws("securityhub").describe_hub)[0] == "InvalidAccessException"


@pytest.fixture(scope="module")
def account(aws: Aws, member: Callable[[str], str]) -> Callable[[str], Any]:
    """account("budgets") -> a client of that service in an account of these tests' own."""
    spoke = member("types-spoke")
    return lambda service: aws(service, spoke)


@pytest.fixture(scope="module")
def release(member: Callable[[str], str]) -> str:
    """A role of the same account: another account's is passed to nothing."""
    return f"arn:aws:iam::{member('types-spoke')}:role/release"


def test_a_repository_keeps_its_domain_and_its_policies(account: Callable[[str], Any]) -> None:
    """API_CreateRepository, API_DeleteDomain, API_PutRepositoryPermissionsPolicy."""
    packages = account("codeartifact")
    assert refused(packages.create_repository, domain="bank", repository="approved")[:2] == (
        "ResourceNotFoundException",
        404,
    )
    domain = packages.create_domain(domain="bank", tags=[{"key": "team", "value": "platform"}])["domain"]
    response = packages.create_repository(domain="bank", repository="approved", description="checked")["repository"]
    assert (response["domainOwner"], response["name"]) == (domain["owner"], "approved")
    assert refused(packages.create_domain, domain="bank")[0] == "ConflictException"
    text = '{"Version": "2012-10-17", "Statement": []}'
    packages.put_repository_permissions_policy(domain="bank", repository="approved", policyDocument=text)
    read = packages.get_repository_permissions_policy(domain="bank", repository="approved")["policy"]
    assert (read["document"], read["resourceArn"]) == (text, response["arn"])
    assert refused(packages.delete_domain, domain="bank")[0] == "ConflictException"
    packages.delete_repository(domain="bank", repository="approved")
    packages.delete_domain(domain="bank")
    assert refused(packages.describe_domain, domain="bank")[0] == "ResourceNotFoundException"


def test_another_account_needs_the_domain_s_policy(
    aws: Aws, account: Callable[[str], Any], member: Callable[[str], str]
) -> None:
    """CodeArtifact user guide, domain policies."""
    packages, owner = account("codeartifact"), member("types-spoke")
    packages.create_domain(domain="shared")
    arguments = {"domain": "shared", "domainOwner": owner}
    assert refused(aws("codeartifact").describe_domain, **arguments)[:2] == ("AccessDeniedException", 403)
    here = aws("sts").get_caller_identity()["Account"]
    allow = {"Effect": "Allow", "Action": "codeartifact:DescribeDomain", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [{**allow, "Principal": {"AWS": f"arn:aws:iam::{here}:root"}}]}
    packages.put_domain_permissions_policy(domain="shared", policyDocument=json.dumps(policy))
    assert aws("codeartifact").describe_domain(**arguments)["domain"]["owner"] == owner
    assert refused(aws("codeartifact").delete_domain, **arguments)[0] == "AccessDeniedException"


def test_tags_come_and_go_in_each_service_s_own_spelling(account: Callable[[str], Any]) -> None:
    """API_TagResource of CodeArtifact (a list) and of IAM Access Analyzer (a map)."""
    packages, analyzers = account("codeartifact"), account("accessanalyzer")
    arn = packages.create_domain(domain="tagged", tags=[{"key": "team", "value": "a"}])["domain"]["arn"]
    packages.tag_resource(resourceArn=arn, tags=[{"key": "cost", "value": "1"}])
    packages.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert packages.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "cost", "value": "1"}]
    arn = analyzers.create_analyzer(analyzerName="own", type="ACCOUNT", tags={"team": "a"})["arn"]
    analyzers.tag_resource(resourceArn=arn, tags={"cost": "1"})
    assert analyzers.get_analyzer(analyzerName="own")["analyzer"]["tags"] == {"team": "a", "cost": "1"}
    lost = arn.replace("own", "lost")
    assert refused(analyzers.list_tags_for_resource, resourceArn=lost)[:2] == ("ResourceNotFoundException", 404)


def test_lists_come_in_pages(account: Callable[[str], Any], release: str) -> None:
    """API_ListPipelines."""
    pipelines = account("codepipeline")
    for name in ("a", "b", "c"):
        pipeline = {"name": name, "roleArn": release, "stages": STAGES}
        assert pipelines.create_pipeline(pipeline=pipeline)["pipeline"]["version"] == 1
    first = pipelines.list_pipelines(maxResults=2)
    rest = pipelines.list_pipelines(maxResults=2, nextToken=first["nextToken"])
    assert [item["name"] for page in (first, rest) for item in page["pipelines"]] == ["a", "b", "c"]
    assert "nextToken" not in rest


def test_a_pipeline_s_update_is_its_next_version(account: Callable[[str], Any], release: str) -> None:
    """API_UpdatePipeline, API_GetPipeline."""
    pipelines = account("codepipeline")
    pipeline = {"name": "release", "roleArn": release, "stages": STAGES}
    pipelines.create_pipeline(pipeline=pipeline)
    code, _, _ = refused(pipelines.update_pipeline, pipeline={**pipeline, "executionMode": "QUEUED"})
    assert code == "ValidationException"  # QUEUED needs a pipeline of type V2
    pipelines.update_pipeline(pipeline={**pipeline, "executionMode": "QUEUED", "pipelineType": "V2"})
    read = pipelines.get_pipeline(name="release")
    assert (read["pipeline"]["version"], read["pipeline"]["executionMode"]) == (2, "QUEUED")
    assert read["metadata"]["pipelineArn"].endswith(":release")
    assert refused(pipelines.get_pipeline, name="lost")[0] == "PipelineNotFoundException"
    assert refused(pipelines.create_pipeline, pipeline=pipeline)[0] == "PipelineNameInUseException"


def test_a_budget_s_notifications_go_with_it(account: Callable[[str], Any], member: Callable[[str], str]) -> None:
    """API_budgets_CreateBudget, API_budgets_CreateNotification."""
    budgets, own = account("budgets"), {"AccountId": member("types-spoke")}
    budgets.create_budget(**own, Budget=BUDGET)
    budget = {**own, "BudgetName": "month"}
    budgets.create_notification(**budget, Notification=LATE, Subscribers=[NOBODY])
    assert budgets.describe_notifications_for_budget(**budget)["Notifications"] == [LATE]
    assert budgets.describe_subscribers_for_notification(**budget, Notification=LATE)["Subscribers"] == [NOBODY]
    assert refused(budgets.create_budget, **own, Budget=BUDGET)[0] == "DuplicateRecordException"
    budgets.delete_budget(**budget)
    assert refused(budgets.describe_notifications_for_budget, **budget)[0] == "NotFoundException"


def test_a_budget_of_another_account_is_not_ours(account: Callable[[str], Any]) -> None:
    """API_budgets_DescribeBudgets."""
    assert refused(account("budgets").describe_budgets, AccountId="999999999999")[0] == "AccessDeniedException"


def test_the_notifications_of_a_new_budget_are_kept(
    account: Callable[[str], Any], member: Callable[[str], str]
) -> None:
    """API_budgets_NotificationWithSubscribers."""
    budgets, own = account("budgets"), {"AccountId": member("types-spoke")}
    with_them = [{"Notification": LATE, "Subscribers": [NOBODY]}]
    budgets.create_budget(**own, Budget={**BUDGET, "BudgetName": "year"}, NotificationsWithSubscribers=with_them)
    assert budgets.describe_notifications_for_budget(**own, BudgetName="year")["Notifications"] == [LATE]


def test_standards_need_a_hub(account: Callable[[str], Any]) -> None:
    """API_EnableSecurityHub, API_BatchEnableStandards."""
    hub, arguments = account("securityhub"), [{"StandardsArn": STANDARD}]
    assert refused(hub.batch_enable_standards, StandardsSubscriptionRequests=arguments)[0] == "InvalidAccessException"
    hub.enable_security_hub()
    assert refused(hub.enable_security_hub)[0] == "ResourceConflictException"
    response = hub.batch_enable_standards(StandardsSubscriptionRequests=arguments)["StandardsSubscriptions"]
    arn = response[0]["StandardsSubscriptionArn"]
    assert arn.endswith(":subscription/aws-foundational-security-best-practices/v/1.0.0")
    assert hub.get_enabled_standards(StandardsSubscriptionArns=[arn])["StandardsSubscriptions"] == response
    hub.batch_disable_standards(StandardsSubscriptionArns=[arn])
    assert hub.get_enabled_standards()["StandardsSubscriptions"] == []


def test_settings_of_an_account_are_there_before_anybody_sets_them(account: Callable[[str], Any]) -> None:
    """API_GetEbsDefaultKmsKeyId, API_ModifyInstanceMetadataDefaults, API_GetServiceQuota."""
    ec2, quotas = account("ec2"), account("service-quotas")
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"].endswith("alias/aws/ebs")
    assert ec2.modify_ebs_default_kms_key_id(KmsKeyId="alias/data")["KmsKeyId"] == "alias/data"
    assert ec2.reset_ebs_default_kms_key_id()["KmsKeyId"].endswith("alias/aws/ebs")
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=1)
    ec2.modify_instance_metadata_defaults(HttpPutResponseHopLimit=-1)
    assert ec2.get_instance_metadata_defaults()["AccountLevel"] == {"HttpTokens": "required"}
    quota = {"ServiceCode": "sagemaker", "QuotaCode": "L-614BD708"}
    assert quotas.get_service_quota(**quota)["Quota"]["Value"] == 0
    arguments = quotas.request_service_quota_increase(**quota, DesiredValue=4)["RequestedQuota"]
    assert arguments["Status"] == "APPROVED"
    assert quotas.get_service_quota(**quota)["Quota"]["Value"] == 4
    assert quotas.get_aws_default_service_quota(**quota)["Quota"]["Value"] == 0


def test_accounts_and_regions_hold_things_of_their_own(aws: Aws, account: Callable[[str], Any]) -> None:
    """API_ListConnections."""
    response = account("codeconnections").create_connection(ConnectionName="git", ProviderType="GitHub")[
        "ConnectionArn"
    ]
    assert [item["ConnectionArn"] for item in account("codeconnections").list_connections()["Connections"]] == [
        response
    ]
    others = aws("codeconnections").list_connections()["Connections"]
    assert response not in [item["ConnectionArn"] for item in others]
    assert refused(aws("codeconnections").get_connection, ConnectionArn=response)[0] == "AccessDeniedException"


REFUSED = [
    (
        "codeartifact",
        "create_package_group",
        {"domain": "bank", "packageGroup": "/pypi/*"},
        "UnknownOperationException",
    ),
    ("securityhub", "get_insights", {}, "UnknownOperationException"),
    ("codeartifact", "create_domain", {"domain": "Bank"}, "ValidationException"),
    ("accessanalyzer", "create_analyzer", {"analyzerName": "x", "type": "ELSE"}, "ValidationException"),
    ("codeconnections", "list_connections", {"HostArnFilter": "arn:aws:codeconnections:eu-west-2:1:host/x"}, "-"),
]


@pytest.mark.parametrize(("service", "operation", "arguments", "code"), REFUSED)
def test_what_is_not_held_or_not_valid_is_refused(
    account: Callable[[str], Any], service: str, operation: str, arguments: dict[str, Any], code: str
) -> None:
    account("codeconnections")
    error = refused(getattr(account(service), operation), **arguments)
    assert error[:2] == (code.replace("-", "ValidationException"), 400)


def test_a_member_that_the_model_does_not_know_is_refused(aws: Aws) -> None:
    """CommonErrors, ValidationException; boto3 itself would not send it."""
    budgets = aws.client("budgets", {"AccessKeyId": "local", "SecretAccessKey": "local"})

    def misspell(params: dict[str, Any], **_: Any) -> None:
        params["body"] = params["body"].replace(b"MaxResults", b"MaxResult")

    budgets.meta.events.register("before-call.budgets.DescribeBudgets", misspell)
    code, status, message = refused(budgets.describe_budgets, AccountId="123456789012", MaxResults=1)
    assert (code, status) == ("ValidationException", 400)
    assert "MaxResult" in message


def _patterns(shape: Any, seen: set[str]) -> Iterator[str]:
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    if pattern := shape.metadata.get("pattern"):
        yield pattern
    members = (
        getattr(shape, "members", {}).values() if shape.type_name == "structure" else [getattr(shape, "member", None)]
    )
    yield from itertools.chain.from_iterable(_patterns(member, seen) for member in members)


@pytest.mark.parametrize("scope", registry.SERVICES)
def test_a_specification_agrees_with_the_model(scope: str) -> None:
    """Its operations, its error codes, the patterns that its requests must match."""
    spec = registry.SERVICES[scope]
    model = get_service_model(spec.model)
    assert spec.is_complete == (
        SERVICES[scope].folder in ("stored", "sagemaker", "emr", "codecommit", "codepipeline", "codeartifact")
    )
    names = operations(scope)
    assert names <= set(model.operation_names)
    codes = {spec.not_found_code, spec.conflict_code, *(resource.not_found_code for resource in spec.resources)} - {""}
    assert scope == "ec2" or not spec.resources or codes <= {shape.name for shape in model.error_shapes}
    for name in names:
        for pattern in _patterns(model.operation_model(name).input_shape, set()):
            assert regex.compile(_python(pattern))
    assert all(re.search("[A-Z]", resource.name) for resource in spec.resources)
