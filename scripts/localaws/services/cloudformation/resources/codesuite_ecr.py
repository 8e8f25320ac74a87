"""Resource types of CodeBuild, CodeCommit, CodePipeline and ECR, and of SageMaker's model registry and experiments."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    pick,
    tag_handler,
    tag_list,
    tag_map,
    text,
)
from scripts.localaws.services.cloudformation.resources.sagemaker_studio import sagemaker_resource_type

_PROJECT = (
    "Name", "Description", "ServiceRole", "EncryptionKey", "TimeoutInMinutes", "QueuedTimeoutInMinutes", "Source",
    "Artifacts", "Environment", "VpcConfig", "LogsConfig", "Tags", "Cache", "ConcurrentBuildLimit", "SourceVersion",
)  # fmt: skip
_REPORTS = ("Name", "Type", "ExportConfig", "Tags")
_PIPELINE = ("Name", "RoleArn", "ArtifactStore", "Stages", "PipelineType", "ExecutionMode", "Variables", "Triggers")
_IMAGES = ("ImageTagMutability", "ImageScanningConfiguration", "EncryptionConfiguration")
_UNCHANGED_KEYS = ("configuration",)  # a mapping whose keys the user defines


def _lower_camel_case(value: Any) -> Any:
    """Rename properties as these APIs do: with a lower-case first letter."""
    if isinstance(value, Mapping):
        renamed = {name[0].lower() + name[1:]: inner for name, inner in value.items()}
        return {name: inner if name in _UNCHANGED_KEYS else _lower_camel_case(inner) for name, inner in renamed.items()}
    return [_lower_camel_case(item) for item in value] if isinstance(value, list) else value


def _project(resource: PhysicalResource) -> dict[str, Any]:
    """Return a project's arguments; `buildspec` is spelled differently in CodeBuild's API."""
    arguments: dict[str, Any] = _lower_camel_case(
        {name: resource.props[name] for name in _PROJECT if name in resource.props}
    )
    source = arguments["source"]
    if "buildSpec" in source:
        source["buildspec"] = source.pop("buildSpec")
    return arguments


def _reports(resource: PhysicalResource) -> dict[str, Any]:
    arguments: dict[str, Any] = _lower_camel_case(
        {name: resource.props[name] for name in _REPORTS if name in resource.props}
    )
    return arguments


def _pipeline(resource: PhysicalResource) -> dict[str, Any]:
    arguments: dict[str, Any] = _lower_camel_case(
        {name: resource.props[name] for name in _PIPELINE if name in resource.props}
    )
    return {"pipeline": arguments}


def _repository(resource: PhysicalResource) -> dict[str, Any]:
    arguments: dict[str, Any] = _lower_camel_case(pick("RepositoryName", "RepositoryDescription", "KmsKeyId")(resource))
    return {**arguments, "tags": tag_map(resource.props.get("Tags"))}


def _first_commit(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Commit the files of the archive when the repository is created; later changes have no effect, as on AWS.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codecommit-repository-code.html
    """
    if old is not None or new is None or resource.read:
        return
    with zipfile.ZipFile(io.BytesIO(resource.fetch(new["S3"]))) as archive:
        files = [
            {"filePath": name, "fileContent": archive.read(name), "fileMode": _mode(archive, name)}
            for name in archive.namelist()
            if not name.endswith("/")
        ]
    branch, name = new.get("BranchName", "main"), resource.props["RepositoryName"]
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


def _code_repository(resource: PhysicalResource) -> dict[str, Any]:
    """Replace http by https in the URL: SageMaker accepts https only, and this server's repositories use http."""
    url = resource.props["GitConfig"]["RepositoryUrl"].replace("http://", "https://", 1)
    return {"GitConfig": {**resource.props["GitConfig"], "RepositoryUrl": url}}


def _description(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    if resource.read:
        name = resource.props["RepositoryName"]
        yield "update_repository_description", {"repositoryName": name, "repositoryDescription": new or ""}


def _group(resource: PhysicalResource) -> dict[str, str]:
    return {"ModelPackageGroupName": resource.props["ModelPackageGroupName"]}


def _group_policy(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    if new is None:
        yield "delete_model_package_group_policy", _group(resource)
    else:
        yield "put_model_package_group_policy", {**_group(resource), "ResourcePolicy": text(new)}


def _images(resource: PhysicalResource) -> dict[str, Any]:
    arguments: dict[str, Any] = _lower_camel_case(
        {name: resource.props[name] for name in _IMAGES if name in resource.props}
    )
    return {"repositoryName": resource.props["RepositoryName"], **arguments, "tags": resource.props.get("Tags", [])}


def _mutability(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """A removed setting becomes the default.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html: imageTagMutability
    """
    if old is not None:
        yield "put_image_tag_mutability", {"repositoryName": resource.id, "imageTagMutability": new or "MUTABLE"}


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::CodeBuild::Project": ResourceType(
        "codebuild",
        "create_project",
        _project,
        "delete_project",
        pick(name="Name"),
        update="update_project",
        update_arguments=_project,
        attributes={"Id": "props.Name", "Arn": "answer.project.arn"},
        name_property="Name",
        supported_properties=frozenset(_PROJECT),
    ),
    "AWS::CodeBuild::ReportGroup": ResourceType(
        "codebuild",
        "create_report_group",
        _reports,
        "delete_report_group",
        lambda resource: {"arn": resource.id},
        delete_arguments=lambda resource: {
            "arn": resource.id,
            "deleteReports": bool(resource.props.get("DeleteReports")),
        },
        update="update_report_group",
        update_arguments=lambda resource: {
            name: value for name, value in _reports(resource).items() if name in ("exportConfig", "tags")
        },
        attributes={"Arn": "answer.reportGroup.arn"},
        name_property="Name",
        supported_properties=frozenset({*_REPORTS, "DeleteReports"}),
    ),
    "AWS::CodeCommit::Repository": ResourceType(
        "codecommit",
        "create_repository",
        _repository,
        "delete_repository",
        pick(repositoryName="RepositoryName"),
        read="get_repository",
        property_handlers=(
            PropertyHandler("Code", _first_commit),
            PropertyHandler("RepositoryDescription", _description),
            tag_handler(
                "tag_resource",
                lambda resource, tags: {"resourceArn": resource.read["repositoryMetadata"]["Arn"], "tags": tags},
            ),
        ),
        attributes={
            "RepositoryId": "answer.repositoryMetadata.repositoryId",
            "Arn": "answer.repositoryMetadata.Arn",
            "Name": "props.RepositoryName",
            "CloneUrlHttp": "answer.repositoryMetadata.cloneUrlHttp",
            "CloneUrlSsh": "answer.repositoryMetadata.cloneUrlSsh",
        },
        supported_properties=frozenset({"RepositoryName", "KmsKeyId"}),
    ),
    "AWS::CodePipeline::Pipeline": ResourceType(
        "codepipeline",
        "create_pipeline",
        lambda resource: {**_pipeline(resource), "tags": _lower_camel_case(resource.props.get("Tags", []))},
        "delete_pipeline",
        read="get_pipeline",
        read_arguments=pick(name="Name"),
        delete_arguments=pick(name="Name"),
        update="update_pipeline",
        update_arguments=_pipeline,
        property_handlers=(
            tag_handler(
                "tag_resource",
                lambda resource, tags: {
                    "resourceArn": resource.read["metadata"]["pipelineArn"],
                    "tags": tag_list(tags, "key", "value"),
                },
            ),
        ),
        attributes={"Arn": "read.metadata.pipelineArn", "Version": "read.pipeline.version"},
        name_property="Name",
        supported_properties=frozenset({*_PIPELINE, "RestartExecutionOnUpdate"}),
    ),
    "AWS::ECR::Repository": ResourceType(
        "ecr",
        "create_repository",
        _images,
        "delete_repository",
        pick(repositoryName="RepositoryName"),
        property_handlers=(
            PropertyHandler("ImageTagMutability", _mutability),
            tag_handler(
                "tag_resource",
                lambda resource, tags: {
                    "resourceArn": resource.answer["repository"]["repositoryArn"],
                    "tags": tag_list(tags),
                },
            ),
        ),
        attributes={"Arn": "answer.repository.repositoryArn", "RepositoryUri": "answer.repository.repositoryUri"},
        name_property="RepositoryName",
        lowercase_name=True,
        supported_properties=frozenset({"RepositoryName", *_IMAGES}),
    ),
    "AWS::SageMaker::ModelPackageGroup": ResourceType(
        "sagemaker",
        "create_model_package_group",
        pick("ModelPackageGroupName", "ModelPackageGroupDescription", "Tags"),
        "delete_model_package_group",
        _group,
        read="describe_model_package_group",
        property_handlers=(
            PropertyHandler("ModelPackageGroupPolicy", _group_policy),
            tag_handler(
                "add_tags",
                lambda resource, tags: {"ResourceArn": resource.answer["ModelPackageGroupArn"], "Tags": tag_list(tags)},
            ),
        ),
        attributes={"ModelPackageGroupArn": "answer.ModelPackageGroupArn"},
        supported_properties=frozenset({"ModelPackageGroupName", "ModelPackageGroupDescription"}),
    ),
    "AWS::SageMaker::Experiment": sagemaker_resource_type(
        "Experiment", ("ExperimentName",), "ExperimentArn", attributes={"Arn": "answer.ExperimentArn"}
    ),
    "AWS::SageMaker::CodeRepository": sagemaker_resource_type(
        "CodeRepository",
        ("CodeRepositoryName",),
        "CodeRepositoryArn",
        arguments=_code_repository,
        name_property="CodeRepositoryName",
        attributes={"CodeRepositoryArn": "answer.CodeRepositoryArn", "CodeRepositoryName": "props.CodeRepositoryName"},
    ),
}
