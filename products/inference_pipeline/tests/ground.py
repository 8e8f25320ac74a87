"""What must be there before the product can be launched: a model group of which one version is approved."""

from collections.abc import Callable
from typing import Any

GROUP = "taskcat-model"


def lay(client: Callable[[str], Any]) -> None:
    """Once for each account; `client("sagemaker")` is boto3's."""
    registry = client("sagemaker")
    known = registry.list_model_package_groups(NameContains=GROUP)["ModelPackageGroupSummaryList"]
    if not known:
        registry.create_model_package_group(ModelPackageGroupName=GROUP)
        version = registry.create_model_package(ModelPackageGroupName=GROUP, ModelApprovalStatus="Approved")
        assert version["ModelPackageArn"].endswith(f"{GROUP}/1")
