"""Rows of what brings code to life: builds, pipelines, repositories, images, experiments."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    listed,
    pick,
    retag,
    tag_map,
    text,
)
from scripts.localaws.services.cloudformation.resources.sagemaker_studio import row

_PROJECT = (
    "Name", "Description", "ServiceRole", "EncryptionKey", "TimeoutInMinutes", "QueuedTimeoutInMinutes", "Source",
    "Artifacts", "Environment", "VpcConfig", "LogsConfig", "Tags", "Cache", "ConcurrentBuildLimit", "SourceVersion",
)  # fmt: skip
_REPORTS = ("Name", "Type", "ExportConfig", "Tags")
_PIPELINE = ("Name", "RoleArn", "ArtifactStore", "Stages", "PipelineType", "ExecutionMode", "Variables", "Triggers")
_IMAGES = ("ImageTagMutability", "ImageScanningConfiguration", "EncryptionConfiguration")
_AS_IT_IS = ("configuration",)  # a mapping whose keys are the author's


def _small(value: Any) -> Any:
    """Properties named as these APIs name them: with a small first letter."""
    if isinstance(value, Mapping):
        named = {name[0].lower() + name[1:]: inner for name, inner in value.items()}
        return {name: inner if name in _AS_IT_IS else _small(inner) for name, inner in named.items()}
    return [_small(item) for item in value] if isinstance(value, list) else value


def _project(it: PhysicalResource) -> dict[str, Any]:
    """CodeBuild's API calls three things otherwise than its resource type."""
    told: dict[str, Any] = _small({name: it.props[name] for name in _PROJECT if name in it.props})
    source = told["source"]
    if "buildSpec" in source:
        source["buildspec"] = source.pop("buildSpec")
    return told


def _reports(it: PhysicalResource) -> dict[str, Any]:
    told: dict[str, Any] = _small({name: it.props[name] for name in _REPORTS if name in it.props})
    return told


def _pipeline(it: PhysicalResource) -> dict[str, Any]:
    told: dict[str, Any] = _small({name: it.props[name] for name in _PIPELINE if name in it.props})
    return {"pipeline": told}


def _repository(it: PhysicalResource) -> dict[str, Any]:
    told: dict[str, Any] = _small(pick("RepositoryName", "RepositoryDescription", "KmsKeyId")(it))
    return {**told, "tags": tag_map(it.props.get("Tags"))}


def _first_commit(it: PhysicalResource, old: Any, new: Any) -> Calls:
    """The archive's files, when the repository is made; later changes of the property do nothing, as on AWS.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codecommit-repository-code.html
    """
    if old is not None or new is None or it.read:
        return
    with zipfile.ZipFile(io.BytesIO(it.fetch(new["S3"]))) as archive:
        files = [
            {"filePath": name, "fileContent": archive.read(name), "fileMode": _mode(archive, name)}
            for name in archive.namelist()
            if not name.endswith("/")
        ]
    branch, name = new.get("BranchName", "main"), it.props["RepositoryName"]
    yield (
        "create_commit",
        {
            "repositoryName": name,
            "branchName": branch,
            "authorName": "AWS CloudFormation",
            "commitMessage": "Initial commit by AWS CloudFormation",
            "putFiles": files,
        },
    )


def _mode(archive: zipfile.ZipFile, name: str) -> str:
    return "EXECUTABLE" if archive.getinfo(name).external_attr >> 16 & 0o111 else "NORMAL"


def _code_repository(it: PhysicalResource) -> dict[str, Any]:
    """SageMaker takes https addresses only; this server's own repositories speak http."""
    address = it.props["GitConfig"]["RepositoryUrl"].replace("http://", "https://", 1)
    return {"GitConfig": {**it.props["GitConfig"], "RepositoryUrl": address}}


def _description(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if it.read:
        name = it.props["RepositoryName"]
        yield "update_repository_description", {"repositoryName": name, "repositoryDescription": new or ""}


def _group(it: PhysicalResource) -> dict[str, str]:
    return {"ModelPackageGroupName": it.props["ModelPackageGroupName"]}


def _group_policy(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if new is None:
        yield "delete_model_package_group_policy", _group(it)
    else:
        yield "put_model_package_group_policy", {**_group(it), "ResourcePolicy": text(new)}


def _images(it: PhysicalResource) -> dict[str, Any]:
    told: dict[str, Any] = _small({name: it.props[name] for name in _IMAGES if name in it.props})
    return {"repositoryName": it.props["RepositoryName"], **told, "tags": it.props.get("Tags", [])}


def _mutability(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None:
        yield "put_image_tag_mutability", {"repositoryName": it.id, "imageTagMutability": new}


ROWS: dict[str, ResourceType] = {
    "AWS::CodeBuild::Project": ResourceType(
        "codebuild",
        "create_project",
        _project,
        "delete_project",
        pick(name="Name"),
        update="update_project",
        changes=_project,
        attributes={"Id": "props.Name", "Arn": "answer.project.arn"},
        name="Name",
        taken=frozenset(_PROJECT),
    ),
    "AWS::CodeBuild::ReportGroup": ResourceType(
        "codebuild",
        "create_report_group",
        _reports,
        "delete_report_group",
        lambda it: {"arn": it.id},
        end=lambda it: {"arn": it.id, "deleteReports": bool(it.props.get("DeleteReports"))},
        update="update_report_group",
        changes=lambda it: {name: value for name, value in _reports(it).items() if name in ("exportConfig", "tags")},
        attributes={"Arn": "answer.reportGroup.arn"},
        name="Name",
        taken=frozenset({*_REPORTS, "DeleteReports"}),
    ),
    "AWS::CodeCommit::Repository": ResourceType(
        "codecommit",
        "create_repository",
        _repository,
        "delete_repository",
        pick(repositoryName="RepositoryName"),
        read="get_repository",
        aspects=(
            PropertyHandler("Code", _first_commit),
            PropertyHandler("RepositoryDescription", _description),
            retag(
                "tag_resource",
                lambda it, tags: {"resourceArn": it.read["repositoryMetadata"]["Arn"], "tags": tags},
            ),
        ),
        attributes={
            "RepositoryId": "answer.repositoryMetadata.repositoryId",
            "Arn": "answer.repositoryMetadata.Arn",
            "Name": "props.RepositoryName",
            "CloneUrlHttp": "answer.repositoryMetadata.cloneUrlHttp",
            "CloneUrlSsh": "answer.repositoryMetadata.cloneUrlSsh",
        },
        taken=frozenset({"RepositoryName", "KmsKeyId"}),
    ),
    "AWS::CodePipeline::Pipeline": ResourceType(
        "codepipeline",
        "create_pipeline",
        lambda it: {**_pipeline(it), "tags": _small(it.props.get("Tags", []))},
        "delete_pipeline",
        read="get_pipeline",
        look=pick(name="Name"),
        end=pick(name="Name"),
        update="update_pipeline",
        changes=_pipeline,
        aspects=(
            retag(
                "tag_resource",
                lambda it, tags: {
                    "resourceArn": it.read["metadata"]["pipelineArn"],
                    "tags": listed(tags, "key", "value"),
                },
            ),
        ),
        attributes={"Arn": "read.metadata.pipelineArn", "Version": "read.pipeline.version"},
        name="Name",
        taken=frozenset({*_PIPELINE, "RestartExecutionOnUpdate"}),
    ),
    "AWS::ECR::Repository": ResourceType(
        "ecr",
        "create_repository",
        _images,
        "delete_repository",
        pick(repositoryName="RepositoryName"),
        aspects=(
            PropertyHandler("ImageTagMutability", _mutability),
            retag(
                "tag_resource",
                lambda it, tags: {"resourceArn": it.answer["repository"]["repositoryArn"], "tags": listed(tags)},
            ),
        ),
        attributes={"Arn": "answer.repository.repositoryArn", "RepositoryUri": "answer.repository.repositoryUri"},
        name="RepositoryName",
        lower=True,
        taken=frozenset({"RepositoryName", *_IMAGES}),
    ),
    "AWS::SageMaker::ModelPackageGroup": ResourceType(
        "sagemaker",
        "create_model_package_group",
        pick("ModelPackageGroupName", "ModelPackageGroupDescription", "Tags"),
        "delete_model_package_group",
        _group,
        read="describe_model_package_group",
        aspects=(
            PropertyHandler("ModelPackageGroupPolicy", _group_policy),
            retag(
                "add_tags",
                lambda it, tags: {"ResourceArn": it.answer["ModelPackageGroupArn"], "Tags": listed(tags)},
            ),
        ),
        attributes={"ModelPackageGroupArn": "answer.ModelPackageGroupArn"},
        taken=frozenset({"ModelPackageGroupName", "ModelPackageGroupDescription"}),
    ),
    "AWS::SageMaker::Experiment": row(
        "Experiment", ("ExperimentName",), "ExperimentArn", attributes={"Arn": "answer.ExperimentArn"}
    ),
    "AWS::SageMaker::CodeRepository": row(
        "CodeRepository",
        ("CodeRepositoryName",),
        "CodeRepositoryArn",
        arguments=_code_repository,
        name="CodeRepositoryName",
        attributes={"CodeRepositoryArn": "answer.CodeRepositoryArn", "CodeRepositoryName": "props.CodeRepositoryName"},
    ),
}
