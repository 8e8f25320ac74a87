"""Every resource type that the engine holds. Adding one is one row in the file of its service."""

from scripts.localaws.cloudformation import clusters, identity, operations, pipelines, serving, storage, studio
from scripts.localaws.cloudformation.rows import Row

ROWS: dict[str, Row] = {
    **storage.ROWS,
    **identity.ROWS,
    **studio.ROWS,
    **serving.ROWS,
    **operations.ROWS,
    **pipelines.ROWS,
    **clusters.ROWS,
}


def is_custom(kind: str) -> bool:
    """Custom resources are made by a function of the template's author."""
    return kind == "AWS::CloudFormation::CustomResource" or kind.startswith("Custom::")


def held(kind: str) -> bool:
    """Whether the engine can make the type."""
    return kind in ROWS or is_custom(kind)
