"""Resource types of builds, pipelines, repositories and registries, through CloudFormation and read back by boto3."""

import io
import json
import zipfile
from typing import Any

import pytest

from tests.localaws.conftest import Aws, refused
from tests.localaws.stacks import Stacks

pytestmark = pytest.mark.local_only
ROLE = "arn:aws:iam::123456789012:role/builds"


def action(name: str, category: str, provider: str, configuration: dict[str, Any], **more: Any) -> dict[str, Any]:
    kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
    return {"Name": name, "ActionTypeId": kind, "Configuration": configuration, **more}


CODE = {"S3Bucket": "code", "S3ObjectKey": "code.zip"}
SOURCE = action("Get", "Source", "S3", CODE, OutputArtifacts=[{"Name": "source"}])
BUILD = action("Run", "Build", "CodeBuild", {"ProjectName": {"Ref": "Project"}}, InputArtifacts=[{"Name": "source"}])
PROJECT: dict[str, Any] = {
    "Name": "rows-check",
    "ServiceRole": ROLE,
    "Source": {"Type": "CODEPIPELINE", "BuildSpec": "buildspec.check.yml"},
    "Artifacts": {"Type": "CODEPIPELINE"},
    "Environment": {"Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "aws/codebuild/x:1"},
}
PIPELINE: dict[str, Any] = {
    "Name": "rows-pipeline",
    "RoleArn": ROLE,
    "PipelineType": "V2",
    "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
    "Stages": [{"Name": "Source", "Actions": [SOURCE]}, {"Name": "Check", "Actions": [BUILD]}],
}


@pytest.fixture
def stacks(aws: Aws) -> Stacks:
    return Stacks(aws("cloudformation"))


def template_of(**resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """A template: logical id -> type and properties."""
    return {
        "Resources": {name: {"Type": kind, "Properties": properties} for name, (kind, properties) in resources.items()}
    }


def test_a_build_its_reports_and_its_pipeline_are_made_changed_and_deleted(aws: Aws, stacks: Stacks) -> None:
    """AWS::CodeBuild::Project, AWS::CodeBuild::ReportGroup, AWS::CodePipeline::Pipeline."""
    reports = {"Name": "rows-check-tests", "Type": "TEST", "ExportConfig": {"ExportConfigType": "NO_EXPORT"}}
    parts: dict[str, Any] = {
        "Project": ("AWS::CodeBuild::Project", PROJECT),
        "Reports": ("AWS::CodeBuild::ReportGroup", {**reports, "DeleteReports": True}),
        "Pipeline": ("AWS::CodePipeline::Pipeline", PIPELINE),
    }
    stack = stacks.create(template_of(**parts))
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    builds, pipelines = aws("codebuild"), aws("codepipeline")
    [project] = builds.batch_get_projects(names=["rows-check"])["projects"]
    assert project["source"] == {"type": "CODEPIPELINE", "buildspec": "buildspec.check.yml"}
    read = pipelines.get_pipeline(name="rows-pipeline")["pipeline"]
    assert read["stages"][0]["actions"][0]["configuration"] == {"S3Bucket": "code", "S3ObjectKey": "code.zip"}
    assert read["stages"][1]["actions"][0]["configuration"] == {"ProjectName": "rows-check"}
    parts["Project"] = ("AWS::CodeBuild::Project", {**PROJECT, "TimeoutInMinutes": 20})
    parts["Pipeline"] = ("AWS::CodePipeline::Pipeline", {**PIPELINE, "ExecutionMode": "QUEUED"})
    stack = stacks.update(stack, template_of(**parts))
    assert stack["StackStatus"] == "UPDATE_COMPLETE", stacks.reasons(stack)
    assert builds.batch_get_projects(names=["rows-check"])["projects"][0]["timeoutInMinutes"] == 20
    changed = pipelines.get_pipeline(name="rows-pipeline")["pipeline"]
    assert (changed["executionMode"], changed["version"]) == ("QUEUED", 2)
    groups = [arn for arn in builds.list_report_groups()["reportGroups"] if arn.endswith("/rows-check-tests")]
    assert groups
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"
    assert builds.batch_get_report_groups(reportGroupArns=groups)["reportGroupsNotFound"] == groups
    assert refused(pipelines.get_pipeline, name="rows-pipeline")[0] == "PipelineNotFoundException"


def test_a_repository_begins_with_the_archive_s_files_and_keeps_what_came_after(aws: Aws, stacks: Stacks) -> None:
    """AWS::CodeCommit::Repository, Code: changes of the property are ignored after the creation."""
    s3, archive = aws("s3"), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("README.md", "# First\n")
    s3.create_bucket(Bucket="rows-seeds", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_object(Bucket="rows-seeds", Key="a.zip", Body=archive.getvalue())
    properties: dict[str, Any] = {
        "RepositoryName": "rows-code",
        "Code": {"S3": {"Bucket": "rows-seeds", "Key": "a.zip"}},
    }
    stack = stacks.create(template_of(Code=("AWS::CodeCommit::Repository", properties)))
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    commits = aws("codecommit")
    first = commits.get_branch(repositoryName="rows-code", branchName="main")["branch"]["commitId"]
    assert commits.get_file(repositoryName="rows-code", filePath="README.md")["fileContent"] == b"# First\n"
    again = {**properties, "RepositoryDescription": "Ours", "Code": {"S3": {"Bucket": "rows-seeds", "Key": "b.zip"}}}
    stack = stacks.update(stack, template_of(Code=("AWS::CodeCommit::Repository", again)))
    assert stack["StackStatus"] == "UPDATE_COMPLETE", stacks.reasons(stack)
    assert commits.get_branch(repositoryName="rows-code", branchName="main")["branch"]["commitId"] == first
    assert commits.get_repository(repositoryName="rows-code")["repositoryMetadata"]["repositoryDescription"] == "Ours"
    stacks.delete(stack)
    assert refused(commits.get_repository, repositoryName="rows-code")[0] == "RepositoryDoesNotExistException"


def test_an_archive_that_is_not_there_leaves_no_repository(aws: Aws, stacks: Stacks) -> None:
    """AWS::CodeCommit::Repository."""
    properties = {"RepositoryName": "rows-lost", "Code": {"S3": {"Bucket": "rows-nowhere", "Key": "a.zip"}}}
    stack = stacks.create(template_of(Code=("AWS::CodeCommit::Repository", properties)))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "s3://rows-nowhere/a.zip" in stacks.reasons(stack)
    assert refused(aws("codecommit").get_repository, repositoryName="rows-lost")[0] == "RepositoryDoesNotExistException"


def test_a_registry_an_experiment_and_images_are_made_changed_and_deleted(aws: Aws, stacks: Stacks) -> None:
    """AWS::SageMaker::ModelPackageGroup, Experiment, CodeRepository, AWS::ECR::Repository."""
    look = {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sagemaker:DescribeModelPackage"}
    policy = {"Version": "2012-10-17", "Statement": [{**look, "Resource": "*"}]}
    group = {"ModelPackageGroupName": "rows-models", "ModelPackageGroupPolicy": policy}
    git = {"CodeRepositoryName": "rows-code", "GitConfig": {"RepositoryUrl": "https://git.bank.example/rows"}}
    parts: dict[str, Any] = {
        "Models": ("AWS::SageMaker::ModelPackageGroup", group),
        "Runs": ("AWS::SageMaker::Experiment", {"ExperimentName": "rows-runs"}),
        "Code": ("AWS::SageMaker::CodeRepository", git),
        "Images": ("AWS::ECR::Repository", {"RepositoryName": "rows-images", "ImageTagMutability": "MUTABLE"}),
    }
    stack = stacks.create(template_of(**parts))
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    sagemaker, images = aws("sagemaker"), aws("ecr")
    policy_text = sagemaker.get_model_package_group_policy(ModelPackageGroupName="rows-models")["ResourcePolicy"]
    assert json.loads(policy_text) == policy
    assert sagemaker.describe_experiment(ExperimentName="rows-runs")["ExperimentName"] == "rows-runs"
    parts["Models"] = ("AWS::SageMaker::ModelPackageGroup", {"ModelPackageGroupName": "rows-models"})
    parts["Images"] = ("AWS::ECR::Repository", {"RepositoryName": "rows-images", "ImageTagMutability": "IMMUTABLE"})
    stack = stacks.update(stack, template_of(**parts))
    assert stack["StackStatus"] == "UPDATE_COMPLETE", stacks.reasons(stack)
    gone = refused(sagemaker.get_model_package_group_policy, ModelPackageGroupName="rows-models")
    assert gone[0] == "ValidationException"  # the API lists no ResourceNotFound for this operation and the next
    [repository] = images.describe_repositories(repositoryNames=["rows-images"])["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"
    assert refused(sagemaker.describe_experiment, ExperimentName="rows-runs")[0] == "ResourceNotFound"
    assert refused(sagemaker.describe_code_repository, CodeRepositoryName="rows-code")[0] == "ValidationException"
