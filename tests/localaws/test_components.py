"""Inference components, through boto3."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import Aws, refused

pytestmark = pytest.mark.local_only  # endpoints cost money on AWS
VARIANT = {"VariantName": "AllTraffic", "InitialInstanceCount": 1, "InstanceType": "ml.m5.xlarge"}
SCALED = {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 2}


@pytest.fixture(scope="module")
def account(aws: Aws, member: Callable[[str], str]) -> Callable[[str], Any]:
    """account("sagemaker") -> a client in an account that only these tests use."""
    spoke = member("components-spoke")
    return lambda service: aws(service, spoke)


@pytest.fixture(scope="module")
def role(account: Callable[[str], Any]) -> str:
    return f"arn:aws:iam::{account('sts').get_caller_identity()['Account']}:role/models-at-work"


@pytest.fixture(scope="module")
def models(account: Callable[[str], Any], role: str) -> Any:
    """SageMaker with the models `old` and `new`, and an endpoint `taken` that has the first."""
    sagemaker = account("sagemaker")
    for name in ("old", "new"):
        sagemaker.create_model(ModelName=name, PrimaryContainer={"Image": "image"}, ExecutionRoleArn=role)
    sagemaker.create_endpoint_config(EndpointConfigName="old", ProductionVariants=[{**VARIANT, "ModelName": "old"}])
    sagemaker.create_endpoint(EndpointName="taken", EndpointConfigName="old")
    return sagemaker


def test_an_inference_component_serves_a_model_on_an_endpoint(models: Any, role: str) -> None:
    """API_CreateInferenceComponent, API_UpdateInferenceComponent, endpoint-auto-scaling-zero-instances."""
    config = {"EndpointConfigName": "free", "ProductionVariants": [{**VARIANT, "ManagedInstanceScaling": SCALED}]}
    assert "ExecutionRoleArn is required" in refused(models.create_endpoint_config, **config)[2]
    models.create_endpoint_config(**config, ExecutionRoleArn=role)
    models.create_endpoint(EndpointName="free", EndpointConfigName="free")
    needs = {"MinMemoryRequiredInMb": 1024}
    component: dict[str, Any] = {"InferenceComponentName": "risk", "VariantName": "AllTraffic"}
    component["Specification"] = {"ModelName": "old", "ComputeResourceRequirements": needs}
    component["RuntimeConfig"] = {"CopyCount": 1}
    assert (
        "takes inference components on: []"
        in refused(models.create_inference_component, EndpointName="taken", **component)[2]
    )
    lost = {**component, "Specification": {"ModelName": "lost", "ComputeResourceRequirements": needs}}
    assert 'model "lost"' in refused(models.create_inference_component, EndpointName="free", **lost)[2]
    models.create_inference_component(EndpointName="free", **component)
    assert "delete them first" in refused(models.delete_endpoint, EndpointName="free")[2]
    moved = {"ModelName": "new", "ComputeResourceRequirements": needs}
    models.update_inference_component(InferenceComponentName="risk", Specification=moved)
    described = models.describe_inference_component(InferenceComponentName="risk")
    assert (described["Specification"], described["EndpointName"], described["InferenceComponentStatus"]) == (
        moved,
        "free",
        "InService",
    )
    assert described["RuntimeConfig"] == {"DesiredCopyCount": 1, "CurrentCopyCount": 1}
    models.delete_inference_component(InferenceComponentName="risk")
    models.delete_endpoint(EndpointName="free")
    absent = refused(models.describe_inference_component, InferenceComponentName="risk")
    assert (absent[0], 'Could not find inference component "risk"' in absent[2]) == ("ValidationException", True)
