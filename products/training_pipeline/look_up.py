"""Lambda function: refuses a repository, a branch or a connection that is not there, before a pipeline waits for it.

Custom::Repository has Provider, Repository, Branch and ConnectionArn.
"""

import json
from urllib.request import Request, urlopen

import boto3  # noqa: TID251 runs in AWS Lambda
from botocore.exceptions import ClientError  # noqa: TID251


def handler(event, _context):
    """Answer in every case: without one CloudFormation waits for an hour."""
    status, reason = "SUCCESS", "done"
    try:
        if event["RequestType"] != "Delete":
            reason = problem(event["ResourceProperties"])
            status, reason = ("FAILED", reason) if reason else ("SUCCESS", "found")
    except ClientError as refused:
        status, reason = "FAILED", refused.response["Error"]["Message"]
    print(event["RequestType"], status, reason)  # noqa: T201
    answer(event, status, reason)


def problem(asked):
    """What is wrong and what to do, "" when nothing is."""
    provider, repository = asked["Provider"], asked["Repository"]
    if provider == "CodeCommit":
        return in_codecommit(repository, asked["Branch"])
    if "/" not in repository:
        return f"{repository} has no owner; write owner/name as {provider} shows it"
    found = boto3.client("codeconnections").get_connection(ConnectionArn=asked["ConnectionArn"])["Connection"]
    if found["ConnectionStatus"] == "ERROR":
        return f"the account's connection to {provider} is broken; ask the platform team to accept it again"
    return ""


def in_codecommit(repository, branch):
    """The branch must have a commit, or the pipeline's first run fails."""
    if "/" in repository:
        return f"a repository in CodeCommit has no owner; write its name alone, not {repository}"
    try:
        boto3.client("codecommit").get_branch(repositoryName=repository, branchName=branch)
    except ClientError as refused:
        code = refused.response["Error"]["Code"]
        if code == "RepositoryDoesNotExistException":
            return f"there is no repository {repository} in CodeCommit; make it first, or correct the name"
        if code == "BranchDoesNotExistException":
            return f"{repository} has no branch {branch}; push it first, or name another"
        raise
    return ""


def answer(event, status, reason):
    """Tell CloudFormation; the resource stays the same one as long as the stack is."""
    told = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body = {**told, "Status": status, "Reason": reason, "PhysicalResourceId": event["LogicalResourceId"]}
    request = Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310
    urlopen(request).close()  # noqa: S310 - CloudFormation's own address
