"""Lambda function: says which approved version of a model runs. It reads the registry and can change nothing there.

Custom::ApprovedModel has ModelPackageGroupName, and ModelPackageVersion: a number or "newest".
"""

import json
from urllib.request import Request, urlopen

import boto3  # noqa: TID251 runs in AWS Lambda

sagemaker = boto3.client("sagemaker")


def handler(event, _context):
    """Answer in every case: without one CloudFormation waits for an hour."""
    status, reason, found = "SUCCESS", "done", {}
    try:
        if event["RequestType"] != "Delete":
            found = chosen(event["ResourceProperties"])
    except LookupError as refusal:
        status, reason = "FAILED", refusal.args[0]
    except Exception as problem:  # noqa: BLE001 becomes the stack's reason
        status, reason = "FAILED", f"{type(problem).__name__}: {problem}"
    print(event["RequestType"], status, reason, found)  # noqa: T201
    answer(event, status, reason, found)


def chosen(asked):
    """Address and number of the version; LookupError when it is not approved."""
    group, version = asked["ModelPackageGroupName"], asked["ModelPackageVersion"]
    known = approved(group)
    if not known:
        raise LookupError(f"no version of {group} is approved; ask a model approver to approve one, then try again")
    if version == "newest":
        version = max(known)
    elif int(version) not in known:
        numbers = ", ".join(map(str, sorted(known)))
        raise LookupError(f"version {version} of {group} is not approved; choose from {numbers}, or have it approved")
    return {"Arn": known[int(version)], "Version": str(version)}


def approved(group):
    """Version -> address of each one that is approved and complete."""
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, ModelApprovalStatus="Approved"
    )
    every = [it for page in pages for it in page["ModelPackageSummaryList"]]
    return {it["ModelPackageVersion"]: it["ModelPackageArn"] for it in every if it["ModelPackageStatus"] == "Completed"}


def answer(event, status, reason, found):
    """Tell CloudFormation (user guide: custom resource response objects)."""
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": status, "Reason": reason, "PhysicalResourceId": "approved-model", "Data": found}
    head = {"Content-Type": ""}  # part of the signature of the address
    put = Request(event["ResponseURL"], json.dumps(body).encode(), head, method="PUT")  # noqa: S310
    urlopen(put)  # noqa: S310 CloudFormation's own address
