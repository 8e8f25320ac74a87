"""Lambda function: has a build put the first commit into a provider's repository, and says why it could not.

Custom::FirstCommit has Provider, Repository, ConnectionArn and Build, the name of the build. Its attribute Repository
is for what needs the branch to be there.
"""

import json
import time
from urllib.request import Request, urlopen

import boto3  # noqa: TID251 runs in AWS Lambda

ABSENT = "exit status 3"  # as first_commit.buildspec.yml ends when it cannot reach the repository
PAUSE, LONGEST = 2, 780  # seconds; the function itself may take 900


def handler(event, _context):
    """Answer in every case: without one CloudFormation waits for an hour."""
    status, reason = "SUCCESS", "done"
    try:
        if wanted(event):
            asked = event["ResourceProperties"]
            reason = hindrance(asked) or committed(asked)
            status = "FAILED" if reason else "SUCCESS"
    except Exception as problem:  # noqa: BLE001 becomes the stack's reason
        status, reason = "FAILED", f"{type(problem).__name__}: {problem}"
    print(event["RequestType"], status, reason)  # noqa: T201
    answer(event, status, reason or "done")


def wanted(event):
    """A repository gets one first commit: at the beginning, and when another takes its place."""
    now, before = event["ResourceProperties"], event.get("OldResourceProperties", {})
    moved = any(now[key] != before.get(key) for key in ("Provider", "Repository"))
    return event["RequestType"] == "Create" or (event["RequestType"] == "Update" and moved)


def hindrance(asked):
    """What is wrong before anything is tried, and what to do; "" when nothing is."""
    provider, repository = asked["Provider"], asked["Repository"]
    if "/" not in repository:
        return f"{repository} has no owner; write owner/name as {provider} shows it"
    found = boto3.client("codeconnections").get_connection(ConnectionArn=asked["ConnectionArn"])["Connection"]
    if found["ConnectionStatus"] != "AVAILABLE":
        state = found["ConnectionStatus"].lower()
        return f"the account's connection to {provider} is {state}; ask the platform team to accept it"
    return ""


def committed(asked):
    """Run the build to its end: "" when the repository has a commit, else why it has none."""
    builds = boto3.client("codebuild")
    id = builds.start_build(projectName=asked["Build"])["build"]["id"]
    for _ in range(LONGEST // PAUSE):
        build = builds.batch_get_builds(ids=[id])["builds"][0]
        if build["buildComplete"]:
            return "" if build["buildStatus"] == "SUCCEEDED" else told(asked, build)
        time.sleep(PAUSE)
    return f"the build {id} has not ended in {LONGEST // 60} minutes; look at its log"


def told(asked, build):
    """The build's end in a sentence."""
    said = " ".join(it["message"] for phase in build["phases"] for it in phase.get("contexts", ()))
    if ABSENT in said:
        where = f"no repository {asked['Repository']} at {asked['Provider']}"
        log = f"or see what git was told in the build {build['id']}"
        return f"the account's connection reaches {where}; make it there, empty, and let the connection's app in, {log}"
    return f"the first commit failed; look at the log of the build {build['id']}"


def answer(event, status, reason):
    """Tell CloudFormation; the resource stays the same one as long as the stack is."""
    told = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body = {**told, "Status": status, "Reason": reason, "PhysicalResourceId": event["LogicalResourceId"]}
    body["Data"] = {"Repository": event["ResourceProperties"]["Repository"]}
    request = Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310
    urlopen(request).close()  # noqa: S310 - CloudFormation's own address
