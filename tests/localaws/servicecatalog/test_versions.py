"""Versions of a product: creation, validation, retirement."""

import urllib.request
from collections.abc import Callable

import pytest

from localaws.conftest import REAL, Aws, refused
from tests.localaws.servicecatalog.catalogue import Hub, template, unique


@pytest.mark.control(45)
def test_a_version_keeps_the_bytes_that_the_object_had_when_it_was_created(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningArtifact.html"""
    body = template("first").encode() + b"\n"
    artifact = hub.artifact("1.0.0", body.decode())
    product, _ = hub.create("kept", artifact)
    key = artifact["Info"]["LoadTemplateFromURL"].rsplit(".com/", 1)[1]
    hub.aws("s3", hub.account).put_object(Bucket=hub.bucket, Key=key, Body=b"{}")
    description = hub.catalog.describe_provisioning_artifact(
        ProductId=product, ProvisioningArtifactName="1.0.0", Verbose=True, IncludeProvisioningArtifactParameters=True
    )
    with urllib.request.urlopen(description["Info"]["TemplateUrl"]) as template_response:
        assert template_response.read() == body
    [parameter] = description["ProvisioningArtifactParameters"]
    assert parameter["ParameterKey"] == "Size"
    assert parameter["DefaultValue"] == "small"
    assert parameter["ParameterConstraints"] == {"AllowedValues": ["small", "large", "huge"]}


@pytest.mark.local_only
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_version_can_be_read_back_in_every_region(aws: Aws, region: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"""
    s3, catalog, bucket = aws("s3", region=region), aws("servicecatalog", region=region), unique("regional")
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **where)
    s3.put_object(Bucket=bucket, Key="a template.json", Body=template())
    info = {"LoadTemplateFromURL": f"https://{bucket}.s3.{region}.amazonaws.com/a%20template.json"}
    product_response = catalog.create_product(
        Name="read", Owner="o", ProductType="CLOUD_FORMATION_TEMPLATE", IdempotencyToken=unique("t"),
        ProvisioningArtifactParameters={"Name": "1", "Info": info},
    )  # fmt: skip
    description = catalog.describe_provisioning_artifact(
        ProductId=product_response["ProductViewDetail"]["ProductViewSummary"]["ProductId"], ProvisioningArtifactName="1"
    )
    with urllib.request.urlopen(description["Info"]["TemplateUrl"]) as template_response:
        assert template_response.read().decode() == template()


@pytest.mark.parametrize(
    ("address", "message_part"),
    [
        ("https://{bucket}.s3.eu-west-2.amazonaws.com/no-such-key", "cannot be read"),
        ("https://example.com/template.json", "not an address in Amazon S3"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused(hub: Hub, address: str, message_part: str) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisioningArtifactProperties.html"""
    product, _ = hub.product()
    parameters = {"Name": "2", "Info": {"LoadTemplateFromURL": address.format(bucket=hub.bucket)}}
    call = hub.catalog.create_provisioning_artifact
    code, status, message = refused(call, ProductId=product, Parameters=parameters, IdempotencyToken=unique("t"))
    assert (code, status) == ("InvalidParametersException", 400)
    assert REAL or message_part in message


@pytest.mark.local_only
def test_a_template_is_read_with_the_permissions_of_the_publisher(hub: Hub, member: Callable[[str], str]) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProvisioningArtifact.html"""
    other = hub.aws("servicecatalog", member("owner-other"))
    call, artifact = other.create_product, hub.artifact("1", template())
    arguments = {"Name": "p", "Owner": "o", "ProductType": "CLOUD_FORMATION_TEMPLATE", "IdempotencyToken": unique("t")}
    assert refused(call, ProvisioningArtifactParameters=artifact, **arguments)[0] == "InvalidParametersException"


def test_an_address_may_name_the_objects_version(hub: Hub) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/RetrievingObjectVersions.html"""
    product, _ = hub.product()
    s3, where = hub.aws("s3", hub.account), {"Bucket": hub.bucket, "Key": "versioned.json"}
    s3.put_bucket_versioning(Bucket=hub.bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(**where, Body=template("old"))["VersionId"]
    s3.put_object(**where, Body=template("new"))
    url = f"https://{hub.bucket}.s3.eu-west-2.amazonaws.com/versioned.json?versionId={old}"
    version_response = hub.catalog.create_provisioning_artifact(
        ProductId=product, Parameters={"Name": "2", "Info": {"LoadTemplateFromURL": url}}, IdempotencyToken=unique("t")
    )
    with urllib.request.urlopen(version_response["Info"]["TemplateUrl"]) as template_response:
        assert template_response.read().decode() == template("old")


def test_path_style_addresses_are_read_too(hub: Hub) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html"""
    product, _ = hub.product()
    key = hub.put(template()).rsplit(".com/", 1)[1]
    info = {"LoadTemplateFromURL": f"https://s3.eu-west-2.amazonaws.com/{hub.bucket}/{key}"}
    version_response = hub.catalog.create_provisioning_artifact(
        ProductId=product, Parameters={"Name": "2", "Info": info}, IdempotencyToken=unique("t")
    )
    assert version_response["Status"] == "AVAILABLE"


@pytest.mark.parametrize("body", ["{}", "no template", '{"Resources": {"A": {"Type": "AWS::SSM::Parameter"'])
def test_an_invalid_template_is_refused_unless_validation_is_off(hub: Hub, body: str) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisioningArtifactProperties.html"""
    product, _ = hub.product()
    arguments = {"ProductId": product, "Parameters": hub.artifact("2", body)}
    call = hub.catalog.create_provisioning_artifact
    assert refused(call, **arguments, IdempotencyToken=unique("t"))[0] == "InvalidParametersException"
    arguments["Parameters"]["DisableTemplateValidation"] = True
    assert call(**arguments, IdempotencyToken=unique("t"))["Status"] == "AVAILABLE"


def test_a_template_over_a_mebibyte_is_always_refused(hub: Hub) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    product, _ = hub.product()
    large = hub.artifact("2", template() + " " * 1024 * 1024, DisableTemplateValidation=True)
    call = hub.catalog.create_provisioning_artifact
    code, _, message = refused(call, ProductId=product, Parameters=large, IdempotencyToken=unique("t"))
    assert code == "InvalidParametersException"
    assert REAL or "1048576" in message


def test_retiring_a_version_shows_in_the_list(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisioningArtifact.html"""
    product, version = hub.product()
    named = {"ProductId": product, "ProvisioningArtifactId": version}
    hub.catalog.update_provisioning_artifact(**named, Active=False, Guidance="DEPRECATED")
    [listed] = hub.catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    assert (listed["Name"], listed["Active"], listed["Guidance"]) == ("1.0.0", False, "DEPRECATED")


def test_the_last_version_cannot_be_deleted(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeleteProvisioningArtifact.html"""
    product, first = hub.product()
    call = hub.catalog.delete_provisioning_artifact
    assert refused(call, ProductId=product, ProvisioningArtifactId=first)[0] == "ResourceInUseException"
    second = hub.version(product, "2")
    call(ProductId=product, ProvisioningArtifactId=first)
    left = hub.catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    assert [version["Id"] for version in left] == [second]


def test_a_product_holds_a_hundred_versions(hub: Hub) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html"""
    product, _ = hub.product()
    arguments = {"ProductId": product, "Parameters": hub.artifact("n", template(), DisableTemplateValidation=True)}
    for _ in range(99):
        hub.catalog.create_provisioning_artifact(**arguments, IdempotencyToken=unique("t"))
    call = hub.catalog.create_provisioning_artifact
    assert refused(call, **arguments, IdempotencyToken=unique("t"))[0] == "LimitExceededException"
