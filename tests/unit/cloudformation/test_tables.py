"""The tables in addition to AWS's schemas: every row names something that a schema or IAM has."""

from __future__ import annotations

import pytest

from generators.cloudformation import arn_formats, property_permissions, resource_schemas, schema_overrides
from generators.cloudformation.handler_permissions import HANDLERS
from generators.iam import action_names, service_reference


def handler_actions(resource_type: str) -> set[str]:
    published = map(action_names.iam_action, resource_schemas.permissions(resource_type, *HANDLERS))
    return {*published}.union(*(schema_overrides.extra_permissions(resource_type, handler) for handler in HANDLERS))


@pytest.mark.parametrize("resource_type", property_permissions.resource_types())
def test_every_conditional_action_is_in_the_schema(resource_type: str) -> None:
    conditional = set(property_permissions.conditional_permissions(resource_type))
    assert sorted(conditional - handler_actions(resource_type)) == []


@pytest.mark.parametrize("resource_type", property_permissions.resource_types())
def test_every_property_of_a_row_exists(resource_type: str) -> None:
    rows = property_permissions.conditional_permissions(resource_type).values()
    names = {path[0] for permissions in rows for permission in permissions for path in permission.properties}
    assert sorted(names - resource_schemas.properties(resource_type)) == []


@pytest.mark.parametrize("resource_type", schema_overrides.resource_types())
def test_every_extra_permission_is_an_action_that_the_schema_lacks(resource_type: str) -> None:
    for handler in HANDLERS:
        extra = schema_overrides.extra_permissions(resource_type, handler)
        published = {*map(action_names.iam_action, resource_schemas.permissions(resource_type, handler))}
        assert sorted(extra & published) == []
        assert [action for action in sorted(extra) if service_reference.acts_on(action) is None] == []


@pytest.mark.parametrize("action", action_names.UNLISTED)
def test_every_unlisted_action_is_one_that_a_schema_names(action: str) -> None:
    """A schema is AWS's own word; the row goes when cfn-lint's copy of the reference has the action."""
    service, _, name = action.partition(":")
    packaged = service_reference.packaged_data("AdditionalSpecs/Policies.json")
    assert name.lower() not in packaged[service]["Actions"]
    assert action in resource_schemas.permissions("AWS::ApiGatewayV2::Stage", *HANDLERS)


def test_every_renamed_action_is_one_that_iam_does_not_have() -> None:
    renamed = [name for name, action in action_names.ACTIONS.items() if name.lower() != action.lower()]  # either case
    assert [name for name in renamed if service_reference.acts_on(name) is not None] == []
    actions = action_names.ACTIONS.values()
    assert [action for action in actions if action and service_reference.acts_on(action) is None] == []


@pytest.mark.parametrize(
    ("resource_type", "iam_resource_type", "name"),
    [
        ("AWS::S3::Bucket", ("s3", "bucket"), "{BucketName}"),
        ("AWS::SageMaker::AppImageConfig", ("sagemaker", "app-image-config"), "{AppImageConfigName}"),
        ("AWS::SageMaker::Endpoint", ("sagemaker", "endpoint"), "{EndpointName}"),
        ("AWS::SageMaker::Domain", ("sagemaker", "domain"), "*"),
        ("AWS::CodeBuild::Project", ("codebuild", "project"), "{Name}"),
        ("AWS::CodePipeline::Pipeline", ("codepipeline", "pipeline"), "{Name}"),
        ("AWS::CodeCommit::Repository", ("codecommit", "repository"), "{RepositoryName}"),
        ("AWS::EMR::Cluster", ("elasticmapreduce", "cluster"), "*"),
        ("AWS::EMRServerless::Application", ("emr-serverless", "application"), "*"),
        ("AWS::Events::Rule", ("events", "rule-on-default-event-bus"), "{Name}"),
        ("AWS::SNS::Topic", ("sns", "topic"), "{TopicName}"),
        ("AWS::StepFunctions::StateMachine", ("states", "statemachine"), "{StateMachineName}"),
        ("AWS::Budgets::Budget", ("budgets", "budget"), "{Budget/BudgetName}"),
    ],
)
def test_resource_type_and_name_in_iam(resource_type: str, iam_resource_type: tuple[str, str], name: str) -> None:
    assert arn_formats.iam_resource_type(resource_type) == iam_resource_type
    assert arn_formats.name_format(resource_type) == name
    assert service_reference.arn_forms(*iam_resource_type), f"IAM has no ARN of {iam_resource_type}"
