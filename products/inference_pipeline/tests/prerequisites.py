"""Prerequisites of a launch: a model group of which one version is approved."""

from collections.abc import Callable
from typing import Any

GROUP = "taskcat-model"


def create_prerequisites(client: Callable[[str], Any]) -> None:
    """Create them once in each account; `client("sagemaker")` returns a boto3 client."""
    registry = client("sagemaker")
    groups = registry.list_model_package_groups(NameContains=GROUP)["ModelPackageGroupSummaryList"]
    if not groups:
        registry.create_model_package_group(ModelPackageGroupName=GROUP)
        version = registry.create_model_package(ModelPackageGroupName=GROUP, ModelApprovalStatus="Approved")
        assert version["ModelPackageArn"].endswith(f"{GROUP}/1")
