"""Lambda function: empties a Studio domain, or what one profile owns in it, before CloudFormation deletes it.

Custom::StudioContents has DomainId, and UserProfileName or HomeRetention.
"""

import json
import time
from urllib.request import Request, urlopen

import boto3  # noqa: TID251 runs in AWS Lambda

sagemaker = boto3.client("sagemaker")


def handler(event, context):
    """Answer in every case: without one CloudFormation waits for an hour."""
    status, reason = "SUCCESS", "done"
    try:
        if event["RequestType"] == "Delete":
            empty(event["ResourceProperties"], context)
    except Exception as problem:  # noqa: BLE001 becomes the stack's reason
        status, reason = "FAILED", f"{type(problem).__name__}: {problem}"
    print(event["RequestType"], status, reason)  # noqa: T201
    answer(event, status, reason)


def empty(asked, context):
    """Apps first, then spaces; then the domain itself when its home file system shall go with it."""
    domain, user = asked["DomainId"], asked.get("UserProfileName")
    if user is None and (names := [it["UserProfileName"] for it in listed("user_profiles", domain)]):
        raise RuntimeError(f"user profiles are left, terminate them first: {', '.join(names)}")
    for app in apps(domain, user):
        if app["Status"] not in ("Deleting", "Failed"):
            sagemaker.delete_app(DomainId=domain, AppType=app["AppType"], AppName=app["AppName"], **owner(app))
    wait(lambda: [it for it in apps(domain, user) if it["Status"] != "Failed"], context)
    for space in spaces(domain, user):
        if space["Status"] != "Deleting":
            sagemaker.delete_space(DomainId=domain, SpaceName=space["SpaceName"])
    wait(lambda: spaces(domain, user), context)
    if asked.get("HomeRetention") == "Delete":
        # CloudFormation would keep the file system. It finds the domain gone, as it wants.
        if present(domain):
            sagemaker.delete_domain(DomainId=domain, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
        wait(lambda: present(domain), context)


def listed(what, domain):
    """All pages of a list."""
    pages = sagemaker.get_paginator(f"list_{what}").paginate(DomainIdEquals=domain)
    return [item for page in pages for item in page[what.title().replace("_", "")]]


def spaces(domain, user):
    """Spaces of a user, or all."""
    found = listed("spaces", domain)
    return [it for it in found if user in (None, it.get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName"))]


def apps(domain, user):
    """Living apps of a user and in the user's spaces, or all."""
    owned = {space["SpaceName"] for space in spaces(domain, user)}
    living = [it for it in listed("apps", domain) if it["Status"] != "Deleted"]
    return [it for it in living if user in (None, it.get("UserProfileName")) or it.get("SpaceName") in owned]


def owner(app):
    """An app belongs to a space or to a profile."""
    return {key: app[key] for key in ("SpaceName", "UserProfileName") if app.get(key)}


def present(domain):
    """Whether the domain is still there."""
    return any(it["DomainId"] == domain for it in sagemaker.list_domains(MaxResults=100)["Domains"])


def wait(pending, context):
    """Until nothing is pending; gives up while there is still time to answer."""
    while pending():
        if context.get_remaining_time_in_millis() < 30_000:
            raise TimeoutError("Studio is still deleting; terminate once more")
        time.sleep(5)


def answer(event, status, reason):
    """Tell CloudFormation (user guide: custom resource response objects)."""
    echo = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body = {**echo, "Status": status, "Reason": reason, "PhysicalResourceId": f"{echo['LogicalResourceId']}-contents"}
    head = {"Content-Type": ""}  # part of the signature of the address
    put = Request(event["ResponseURL"], json.dumps(body).encode(), head, method="PUT")  # noqa: S310
    urlopen(put)  # noqa: S310 CloudFormation's own address
