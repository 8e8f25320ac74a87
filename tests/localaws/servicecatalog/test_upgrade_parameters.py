"""Parameters of an upgrade: people keep their values, the platform's contracts take the path of the new version."""

import json
from typing import Any

import pytest

from generators.aws.session import Aws as PlatformAws
from generators.catalog.spoke import Spoke
from generators.config import repository
from localaws.conftest import REGION, ROOT, Aws
from tests.localaws.servicecatalog.catalogue import policy, template
from tests.localaws.servicecatalog.shared_catalog import SharedCatalog

pytestmark = pytest.mark.local_only
LAUNCHED = "contract-reader"


def reader(path: str) -> str:
    """A template that reads one contract, whose only allowed value is its path."""
    contract = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": path, "AllowedValues": [path]}
    body: dict[str, Any] = json.loads(template())
    body["Parameters"]["Contract"] = contract
    body["Resources"]["Made"]["Properties"]["Value"] = {"Fn::Sub": "${Contract} ${Size}"}
    return json.dumps(body)


@pytest.fixture
def spoke(aws: Aws, shared_catalog: SharedCatalog) -> Spoke:
    """The spoke as its lead, through the client that `catalog upgrade` uses."""
    for path in ("/contracts/old", "/contracts/new"):
        aws("ssm", shared_catalog.spoke).put_parameter(Name=path, Value=path, Type="String", Overwrite=True)
    aws("iam", shared_catalog.spoke).put_role_policy(
        RoleName="lead", PolicyName="stacks", PolicyDocument=policy("cloudformation:Describe*")
    )
    platform_aws = PlatformAws("local", str(aws.endpoint), repository.platform(ROOT))
    return Spoke(platform_aws, shared_catalog.spoke, REGION, "lead")


def test_an_upgrade_takes_the_new_path_of_a_contract_and_keeps_the_values_of_people(
    aws: Aws, shared_catalog: SharedCatalog, spoke: Spoke
) -> None:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisioningParameter.html"""
    product = shared_catalog.create_product(reader("/contracts/old"))
    option = spoke.launch_option(
        shared_catalog.hub.catalog.describe_product_as_admin(Id=product)["ProductViewDetail"]["ProductViewSummary"][
            "Name"
        ]
    )
    spoke.provision(option, "1.0.0", LAUNCHED, {"Size": "huge"}, lambda _: None)
    shared_catalog.hub.version(product, "1.1.0", reader("/contracts/new"))
    option = spoke.launch_option(option.name)

    outputs = spoke.upgrade(spoke.find(LAUNCHED), option, "1.1.0", {}, lambda _: None)

    parameter = aws("ssm", shared_catalog.spoke).get_parameter(Name=outputs["Name"])["Parameter"]
    assert parameter["Value"] == "/contracts/new huge"
