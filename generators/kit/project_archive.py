"""Archives of project templates, and the repositories that receive one. Reads current.json, nothing else."""

from __future__ import annotations

from typing import Any

from troposphere import FindInMap, Template
from troposphere import codecommit as cc

from generators.kit.bucket import RETAIN
from generators.kit.ssm_input import contract
from generators.kit.tags import tags
from generators.project_templates import archives
from generators.release.build_context import current

_MAP = "Seeds"


def archive_location(t: Template, model_type: Any) -> tuple[Any, FindInMap]:
    """Bucket and key of the published archive of the model type; adds a mapping, so once in a template."""
    t.add_mapping(_MAP, {name: {"Key": archives.key(file)} for name, file in archives.current(current().root).items()})
    return contract(t, "hub", "release_bucket"), FindInMap(_MAP, model_type, "Key")


def repository(
    t: Template, title: str, name: Any, description: Any, extra_tags: dict[str, Any], **attributes: Any
) -> cc.Repository:
    """An empty CodeCommit repository, which outlives its stack."""
    return cc.Repository(
        title,
        RepositoryName=name,
        RepositoryDescription=description,
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        Tags=tags(t, **extra_tags),
        **RETAIN,
        **attributes,
    )
