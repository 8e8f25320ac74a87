"""A repository that begins with the project of a model type. Reads which archives are current, nothing else."""

from __future__ import annotations

from typing import Any

from troposphere import FindInMap, Template
from troposphere import codecommit as cc

from generators.kit.bucket import KEEP
from generators.kit.ssm_input import contract
from generators.kit.tags import tags
from generators.project_templates import archives
from generators.release.build_context import current

_MAP = "Seeds"


def seed(t: Template, model_type: Any) -> tuple[Any, FindInMap]:
    """Bucket and key of the archive that the hub published for the model type; once in a template."""
    t.add_mapping(_MAP, {it: {"Key": archives.key(file)} for it, file in archives.current(current().root).items()})
    return contract(t, "hub", "release_bucket"), FindInMap(_MAP, model_type, "Key")


def seeded_repository(
    t: Template, title: str, name: Any, archive: tuple[Any, Any], about: Any, tagged: dict[str, Any], **more: Any
) -> cc.Repository:
    """A CodeCommit repository whose first commit, on main, is the `archive` of `seed`.

    CodeCommit reads the archive when the repository is made and never again. `tagged` are tags beside the platform's.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codecommit-repository-code.html
    """
    bucket, key = archive
    return cc.Repository(
        title,
        RepositoryName=name,
        RepositoryDescription=about,
        Code=cc.Code(BranchName="main", S3=cc.S3(Bucket=bucket, Key=key)),
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        Tags=tags(t, **tagged),
        **KEEP,
        **more,
    )
