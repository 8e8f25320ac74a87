"""The resource schemas of the CloudFormation registry."""

from __future__ import annotations

import pytest

from generators.cloudformation import resource_schemas


def test_the_registry_knows_what_replaces_a_resource():
    assert ("AuthMode",) in resource_schemas.create_only("AWS::SageMaker::Domain")
    assert resource_schemas.create_only("Custom::Thing") == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("AWS::S3::Bucket", "Tags"),
        ("AWS::S3::BucketPolicy", ""),
        ("AWS::SSM::Parameter", "Tags"),
        ("AWS::Glue::Job", "Tags"),
        ("AWS::ApiGatewayV2::Api", "Tags"),
        ("Custom::Thing", ""),
    ],
)
def test_the_registry_knows_where_tags_go(kind, name):
    assert resource_schemas.tag_property(kind) == name


@pytest.mark.parametrize(
    ("kind", "stateful"), [("AWS::S3::Bucket", True), ("AWS::SageMaker::Domain", True), ("AWS::SNS::Topic", False)]
)
def test_the_registry_knows_what_holds_data(kind, stateful):
    assert resource_schemas.is_stateful(kind) is stateful
