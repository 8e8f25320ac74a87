"""A repository that begins with the project of a model type. Reads which archives are current, nothing else."""

from __future__ import annotations

from typing import Any

from troposphere import FindInMap, Template
from troposphere import codecommit as cc

from generators import seeds
from generators.catalog.building import current
from generators.kit.bucket import KEEP
from generators.kit.contract import contract
from generators.kit.tags import tags

_MAP = "Seeds"


def seeded_repository(t: Template, title: str, name: Any, model_type: Any, about: Any, **more: Any) -> cc.Repository:
    """A CodeCommit repository whose first commit, on main, is the archive that the hub published for the model type.

    CodeCommit reads the archive when the repository is made and never again. `more` are tags beside the platform's.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codecommit-repository-code.html
    """
    t.add_mapping(_MAP, {it: {"Key": seeds.key(file)} for it, file in seeds.current(current().root).items()})
    place = cc.S3(Bucket=contract(t, "hub", "release_bucket"), Key=FindInMap(_MAP, model_type, "Key"))
    return cc.Repository(
        title,
        RepositoryName=name,
        RepositoryDescription=about,
        Code=cc.Code(BranchName="main", S3=place),
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        Tags=tags(t, **more),
        **KEEP,
    )
