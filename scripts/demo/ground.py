"""The story's ground: the embedded AWS, and what Terraform lays down in the organisation, the hub and one spoke."""

from __future__ import annotations

import json

from generators.catalog import contracts
from scripts.demo import people, witness
from scripts.demo.stage import hold
from scripts.demo.world import HUB, LEAD, LOGS, PROFILE, SPOKE, STUDIO, World


def start(_: World) -> str:
    """An AWS from nothing: whatever ran before is ended first."""
    people.localaws("stop")
    people.localaws("start")
    people.fresh_checkout()
    caller = witness.client("sts").get_caller_identity()
    hold(caller["Account"] == witness.MANAGEMENT, f"the embedded AWS answers as account {caller['Account']}")
    endpoint = witness.client("sts").meta.endpoint_url
    return f"{endpoint} answers as the management account {caller['Account']}"


def organisation(_: World) -> str:
    """Accounts of the organisation."""
    people.vend("apply", "organization")
    names = set(witness.accounts())
    wanted = {HUB, LOGS, *(f"credit-risk-{stage}" for stage in ("development", "pre-production", "production"))}
    hold(wanted <= names, f"missing accounts: {', '.join(sorted(wanted - names))}")
    return f"accounts: {', '.join(sorted(names))}"


def log_archive(_: World) -> str:
    """The bucket that takes everyone's audit logs, locked."""
    people.vend("apply", "log_archive")
    s3 = witness.client("s3", LOGS)
    [bucket] = [it["Name"] for it in s3.list_buckets()["Buckets"]]
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    hold(lock["Mode"] == "COMPLIANCE", f"{bucket} is not locked: {lock}")
    return f"{bucket}: nobody deletes a log for {lock['Days']} days"


def hub(_: World) -> str:
    """Portfolio, share and release bucket."""
    people.vend("apply", "hub")
    seen = witness.client("servicecatalog", HUB)
    portfolios = {item["DisplayName"]: item["Id"] for item in seen.list_portfolios()["PortfolioDetails"]}
    hold(portfolios, "the hub has no portfolio")
    shares = [
        share["PrincipalId"]
        for portfolio in portfolios.values()
        for share in seen.describe_portfolio_shares(PortfolioId=portfolio, Type="ORGANIZATIONAL_UNIT")[
            "PortfolioShareDetails"
        ]
    ]
    hold(shares, "no portfolio is shared with an organisational unit")
    bucket = f"mlops-releases-{witness.accounts()[HUB]}-{witness.REGION}"
    versioning = witness.client("s3", HUB).get_bucket_versioning(Bucket=bucket).get("Status")
    hold(versioning == "Enabled", f"{bucket} is not versioned")
    return f"portfolios {', '.join(sorted(portfolios))} shared with {len(shares)} units; {bucket} is versioned"


def spoke(_: World) -> str:
    """Contracts and launch roles of the first account."""
    people.vend("apply", "spoke", "--account", SPOKE)
    wanted = {contract.path for scope in ("spoke", "hub") for contract in contracts.read(people.ROOT)[scope].values()}
    pages = witness.client("ssm", SPOKE).get_paginator("describe_parameters").paginate()
    found = {parameter["Name"] for page in pages for parameter in page["Parameters"]}
    hold(wanted <= found, f"contracts without a value: {', '.join(sorted(wanted - found))}")
    iam = witness.client("iam", SPOKE)
    for product in (STUDIO, PROFILE):
        trust = iam.get_role(RoleName=f"launch-{product}")["Role"]["AssumeRolePolicyDocument"]
        hold("servicecatalog.amazonaws.com" in json.dumps(trust), f"launch-{product} does not trust Service Catalog")
    cloudtrail = witness.client("cloudtrail", SPOKE)
    [trail] = cloudtrail.describe_trails()["trailList"]
    logging = cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"]
    hold(logging and trail["IsMultiRegionTrail"], f"the audit trail does not record every region: {trail}")
    return f"{len(wanted)} contracts; launch roles trust Service Catalog alone; {trail['Name']} records every call"


def plans_are_empty(_: World) -> str:
    """Nothing in the whole estate differs from its Terraform."""
    compared = people.vend("drift", SPOKE, "--whole", "--json").json
    hold({it["result"] for it in compared} == {"no changes"}, f"plans that are not empty: {compared}")
    return f"no changes in {', '.join(it['part'] for it in compared)}"


def lead_cannot_create(_: World) -> str:
    """Who may launch has no right to create anything directly."""
    s3 = witness.client("s3", SPOKE, LEAD)
    code = witness.refusal(
        s3.create_bucket, Bucket="lead-makes-a-bucket", CreateBucketConfiguration={"LocationConstraint": witness.REGION}
    )
    hold(code == "AccessDenied", f"the technical lead could create a bucket ({code or 'accepted'})")
    stack = witness.refusal(
        witness.client("cloudformation", SPOKE, LEAD).create_stack,
        StackName="lead-makes-a-stack",
        TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}',
    )
    hold(stack.startswith("AccessDenied"), f"the technical lead could create a stack ({stack or 'accepted'})")
    return "s3:CreateBucket and cloudformation:CreateStack by the technical lead: AccessDenied"
