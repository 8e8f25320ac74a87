"""Lambda function: starts the build that pushes a repository's first commit, and reports why it failed.

Custom::FirstCommit has Provider, Repository, ConnectionArn and Build, the name of the build project. Resources that
need the branch read the attribute Repository.
"""

import json
import time
from urllib.request import Request, urlopen

import boto3  # noqa: TID251 runs in AWS Lambda

ABSENT = "exit status 3"  # as first_commit.buildspec.yml ends when it cannot reach the repository
PAUSE, LONGEST = 2, 780  # seconds; the function itself may take 900


def handler(event, _context):
    """Answer in every case: without an answer CloudFormation waits for an hour."""
    status, reason = "SUCCESS", ""
    try:
        if needs_commit(event):
            properties = event["ResourceProperties"]
            reason = refusal(properties) or commit(properties)
            status = "FAILED" if reason else "SUCCESS"
    except Exception as error:  # noqa: BLE001 becomes the stack's reason
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    print(event["RequestType"], status, reason)  # noqa: T201
    answer(event, status, reason or "done")


def needs_commit(event):
    """Whether the repository is new: at creation, and when another repository takes its place."""
    new, old = event["ResourceProperties"], event.get("OldResourceProperties", {})
    is_other = any(new[key] != old.get(key) for key in ("Provider", "Repository"))
    return event["RequestType"] == "Create" or (event["RequestType"] == "Update" and is_other)


def refusal(properties):
    """What prevents the push and what to do, before the build starts; "" when nothing does."""
    provider, repository = properties["Provider"], properties["Repository"]
    if provider == "CodeCommit":
        return ""
    if "/" not in repository:
        return f"{repository} has no owner; write owner/name as {provider} shows it"
    client = boto3.client("codeconnections")
    status = client.get_connection(ConnectionArn=properties["ConnectionArn"])["Connection"]["ConnectionStatus"]
    if status != "AVAILABLE":
        return f"the account's connection to {provider} is {status.lower()}; ask the platform team to accept it"
    return ""


def commit(properties):
    """Run the build to its end: "" when the repository has a commit, else why it has none."""
    builds = boto3.client("codebuild")
    id = builds.start_build(projectName=properties["Build"])["build"]["id"]
    for _ in range(LONGEST // PAUSE):
        build = builds.batch_get_builds(ids=[id])["builds"][0]
        if build["buildComplete"]:
            return "" if build["buildStatus"] == "SUCCEEDED" else failure(properties, build)
        time.sleep(PAUSE)
    return f"the build {id} has not ended in {LONGEST // 60} minutes; look at its log"


def failure(properties, build):
    """A sentence about a build that failed."""
    messages = " ".join(context["message"] for phase in build["phases"] for context in phase.get("contexts", ()))
    provider, repository, id = properties["Provider"], properties["Repository"], build["id"]
    if ABSENT in messages and provider != "CodeCommit":
        action = "make it there, empty, and let the connection's app in"
        place = f"{repository} at {provider}"
        return f"the account's connection reaches no repository {place}; {action}, or see the log of the build {id}"
    return f"the first commit failed; look at the log of the build {id}"


def answer(event, status, reason):
    """Send the status to CloudFormation; the physical id stays the same for the life of the stack."""
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": status, "Reason": reason, "PhysicalResourceId": event["LogicalResourceId"]}
    body["Data"] = {"Repository": event["ResourceProperties"]["Repository"]}
    request = Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310
    urlopen(request).close()  # noqa: S310 - CloudFormation's own address
