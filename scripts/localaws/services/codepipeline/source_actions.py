"""Source actions: the newest commit of a branch, or an object of a versioned bucket, as an artifact.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
"""

from datetime import UTC, datetime
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.services.codecommit.clone_reference import FORMAT, CloneReference
from scripts.localaws.services.codecommit.repositories import Repositories
from scripts.localaws.services.codeconnections.git_providers import find_repository
from scripts.localaws.services.codepipeline import artifacts
from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.authorize import is_allowed
from scripts.localaws.services.sts import sessions


class ActionError(Exception):
    """An action fails; the message becomes its error."""


def codecommit(execution: PipelineExecution, action: ActionExecution, key: str) -> None:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html"""
    name, branch = action.configuration["RepositoryName"], action.configuration["BranchName"]
    client = context.client("codecommit", execution.location[1], key)
    commit_id = client.get_branch(repositoryName=name, branchName=branch)["branch"]["commitId"]
    client.get_commit(repositoryName=name, commitId=commit_id)
    repositories = Repositories(*execution.location)
    arn = repositories.arn(name)
    if _is_clone(action):
        client.get_repository(repositoryName=name)
    else:
        for permission in ("UploadArchive", "GetUploadArchiveStatus"):
            _check(execution, key, f"codecommit:{permission}", arn, {})
    reference = CloneReference(arn, "codecommit:GitPull", name, branch, commit_id)
    variables = {"RepositoryName": name, "BranchName": branch}
    _put_commit(execution, action, key, repositories.git(name), reference, variables)


def connection(execution: PipelineExecution, action: ActionExecution, key: str) -> None:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html"""
    arn, name = action.configuration["ConnectionArn"], action.configuration["FullRepositoryId"]
    branch = action.configuration["BranchName"]
    service = arn.split(":")[2]
    _check(execution, key, f"{service}:UseConnection", arn, {f"{service}:fullrepositoryid": (name,)})
    git = find_repository(execution.location, arn, name)
    head = git.refs.as_dict(b"refs/heads").get(branch.encode()) if git else None
    if head is None:
        raise ActionError(f"[Connection] No Branch [{branch}] found for FullRepositoryName [{name}]")
    reference = CloneReference(arn, f"{service}:UseConnection", name, branch, head.decode())
    variables = {"FullRepositoryName": name, "BranchName": branch, "ConnectionArn": arn}
    _put_commit(execution, action, key, git, reference, variables)


def s3_object(execution: PipelineExecution, action: ActionExecution, key: str) -> None:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html"""
    bucket, name = action.configuration["S3Bucket"], action.configuration["S3ObjectKey"]
    s3 = context.client("s3", execution.location[1], key)
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        raise ActionError(f"The bucket {bucket} of the source action is not versioned.")
    item = s3.get_object(Bucket=bucket, Key=name)
    s3.get_object_tagging(Bucket=bucket, Key=name, VersionId=item["VersionId"])
    version = item["VersionId"]
    artifacts.put(execution, action, key, item["Body"].read(), version)
    action.output_variables = {"BucketName": bucket, "ETag": item["ETag"].strip('"'), "VersionId": version}
    _add_revision(execution, action, version, f"Amazon S3 version id: {version}")


def _is_clone(action: ActionExecution) -> bool:
    return action.configuration.get("OutputArtifactFormat") == FORMAT


def _check(execution: PipelineExecution, key: str, permission: str, arn: str, values: dict[str, Any]) -> None:
    """Raise ActionError unless the role may use a permission that no public operation asks for."""
    caller = sessions.caller(key)
    if not is_allowed(caller, authorization_request(caller, execution.location[1], permission, arn, values)):
        raise ActionError(f"User: {caller.arn} is not authorized to perform: {permission} on resource: {arn}")


def _put_commit(
    execution: PipelineExecution,
    action: ActionExecution,
    key: str,
    git: Any,
    reference: CloneReference,
    variables: dict[str, str],
) -> None:
    commit_id = reference.commit_id
    commit = git.object_store[commit_id.encode()]
    message = commit.message.decode(errors="replace").strip()
    files = {} if _is_clone(action) else artifacts.files_of_commit(git, commit_id)
    content = reference.dump() if _is_clone(action) else artifacts.archive(files)
    artifacts.put(execution, action, key, content, commit_id)
    date = datetime.fromtimestamp(commit.commit_time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    action.output_variables = {**variables, "AuthorDate": date, "CommitId": commit_id, "CommitMessage": message}
    action.external_id, action.summary = commit_id, message
    _add_revision(execution, action, commit_id, message)


def _add_revision(execution: PipelineExecution, action: ActionExecution, id: str, summary: str) -> None:
    execution.revisions.append({"actionName": action.name, "revisionId": id, "revisionSummary": summary[:2048]})
