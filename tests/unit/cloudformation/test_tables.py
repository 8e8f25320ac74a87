"""The tables beside AWS's schemas: every row is about something that a schema or IAM really says."""

from __future__ import annotations

import pytest

from generators.cloudformation import arn_formats, property_permissions, resource_schemas, schema_overrides
from generators.cloudformation.handler_permissions import HANDLERS
from generators.iam import action_names, service_reference


def listed(kind: str) -> set[str]:
    own = {action_names.iam_action(action) for action in resource_schemas.permissions(kind, *HANDLERS)}
    return own | {action for handler in HANDLERS for action in schema_overrides.extra_permissions(kind, handler)}


@pytest.mark.parametrize("kind", property_permissions.kinds())
def test_every_action_that_only_a_property_needs_is_in_the_schema(kind: str) -> None:
    assert sorted(set(property_permissions.rows(kind)) - listed(kind)) == []


@pytest.mark.parametrize("kind", property_permissions.kinds())
def test_every_property_of_a_row_exists(kind: str) -> None:
    heads = {path[0] for rows in property_permissions.rows(kind).values() for row in rows for path in row.properties}
    assert sorted(heads - resource_schemas.properties(kind)) == []


@pytest.mark.parametrize("kind", schema_overrides.kinds())
def test_what_we_add_is_an_action_and_not_published(kind: str) -> None:
    for handler in HANDLERS:
        added = schema_overrides.extra_permissions(kind, handler)
        published = {action_names.iam_action(action) for action in resource_schemas.permissions(kind, handler)}
        assert sorted(added & published) == []
        assert [action for action in sorted(added) if service_reference.acts_on(action) is None] == []


def test_every_other_spelling_is_one_that_iam_does_not_know() -> None:
    other = [it for it, right in action_names.ACTIONS.items() if it.lower() != right.lower()]  # IAM reads either case
    assert [it for it in other if service_reference.acts_on(it) is not None] == []
    assert [it for it in action_names.ACTIONS.values() if it and service_reference.acts_on(it) is None] == []


@pytest.mark.parametrize(
    ("kind", "own", "name"),
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
def test_iam_calls_a_type_so_and_names_one_so(kind: str, own: tuple[str, str], name: str) -> None:
    assert (arn_formats.own(kind), arn_formats.name(kind)) == (own, name)
    assert service_reference.arn_forms(*own), f"IAM knows no ARN of {own}"
