"""The story's ground: the embedded AWS, and what Terraform lays down in the organisation, the hub and one spoke."""

from __future__ import annotations

import json

from generators.config import contracts
from scripts.demo import aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, LOGS, PROFILE, SPOKE, STUDIO, DemoState


def start(_: DemoState) -> str:
    """An AWS from nothing: whatever ran before is ended first."""
    commands.localaws("stop")
    commands.localaws("start")
    commands.fresh_checkout()
    caller = aws_reader.client("sts").get_caller_identity()
    require(caller["Account"] == aws_reader.MANAGEMENT, f"the embedded AWS answers as account {caller['Account']}")
    endpoint = aws_reader.client("sts").meta.endpoint_url
    return f"{endpoint} answers as the management account {caller['Account']}"


def organisation(_: DemoState) -> str:
    """Accounts of the organisation."""
    commands.vend("apply", "organization")
    names = set(aws_reader.accounts())
    wanted = {HUB, LOGS, *(f"credit-risk-{stage}" for stage in ("development", "pre-production", "production"))}
    require(wanted <= names, f"missing accounts: {', '.join(sorted(wanted - names))}")
    return f"accounts: {', '.join(sorted(names))}"


def log_archive(_: DemoState) -> str:
    """The bucket that takes everyone's audit logs, locked."""
    commands.vend("apply", "log_archive")
    s3 = aws_reader.client("s3", LOGS)
    [bucket] = [it["Name"] for it in s3.list_buckets()["Buckets"]]
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    require(lock["Mode"] == "COMPLIANCE", f"{bucket} is not locked: {lock}")
    return f"{bucket}: nobody deletes a log for {lock['Days']} days"


def hub(_: DemoState) -> str:
    """Portfolio, share and release bucket."""
    commands.vend("apply", "hub")
    seen = aws_reader.client("servicecatalog", HUB)
    portfolios = {item["DisplayName"]: item["Id"] for item in seen.list_portfolios()["PortfolioDetails"]}
    require(portfolios, "the hub has no portfolio")
    shares = [
        share["PrincipalId"]
        for portfolio in portfolios.values()
        for share in seen.describe_portfolio_shares(PortfolioId=portfolio, Type="ORGANIZATIONAL_UNIT")[
            "PortfolioShareDetails"
        ]
    ]
    require(shares, "no portfolio is shared with an organisational unit")
    bucket = f"mlops-releases-{aws_reader.accounts()[HUB]}-{aws_reader.REGION}"
    versioning = aws_reader.client("s3", HUB).get_bucket_versioning(Bucket=bucket).get("Status")
    require(versioning == "Enabled", f"{bucket} is not versioned")
    return f"portfolios {', '.join(sorted(portfolios))} shared with {len(shares)} units; {bucket} is versioned"


def spoke(_: DemoState) -> str:
    """Contracts and launch roles of the first account."""
    commands.vend("apply", "spoke", "--account", SPOKE)
    wanted = {contract.path for scope in ("spoke", "hub") for contract in contracts.read(commands.ROOT)[scope].values()}
    pages = aws_reader.client("ssm", SPOKE).get_paginator("describe_parameters").paginate()
    found = {parameter["Name"] for page in pages for parameter in page["Parameters"]}
    require(wanted <= found, f"contracts without a value: {', '.join(sorted(wanted - found))}")
    iam = aws_reader.client("iam", SPOKE)
    for product in (STUDIO, PROFILE):
        trust = iam.get_role(RoleName=f"launch-{product}")["Role"]["AssumeRolePolicyDocument"]
        require("servicecatalog.amazonaws.com" in json.dumps(trust), f"launch-{product} does not trust Service Catalog")
    cloudtrail = aws_reader.client("cloudtrail", SPOKE)
    [trail] = cloudtrail.describe_trails()["trailList"]
    logging = cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"]
    require(logging and trail["IsMultiRegionTrail"], f"the audit trail does not record every region: {trail}")
    return f"{len(wanted)} contracts; launch roles trust Service Catalog alone; {trail['Name']} records every call"


def plans_are_empty(_: DemoState) -> str:
    """Nothing in the whole estate differs from its Terraform."""
    compared = commands.vend("drift", SPOKE, "--whole", "--json").json
    require({it["result"] for it in compared} == {"no changes"}, f"plans that are not empty: {compared}")
    return f"no changes in {', '.join(it['part'] for it in compared)}"


def lead_cannot_create(_: DemoState) -> str:
    """Who may launch has no right to create anything directly."""
    s3 = aws_reader.client("s3", SPOKE, LEAD)
    code = aws_reader.refusal(
        s3.create_bucket,
        Bucket="lead-makes-a-bucket",
        CreateBucketConfiguration={"LocationConstraint": aws_reader.REGION},
    )
    require(code == "AccessDenied", f"the technical lead could create a bucket ({code or 'accepted'})")
    stack = aws_reader.refusal(
        aws_reader.client("cloudformation", SPOKE, LEAD).create_stack,
        StackName="lead-makes-a-stack",
        TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}',
    )
    require(stack.startswith("AccessDenied"), f"the technical lead could create a stack ({stack or 'accepted'})")
    return "s3:CreateBucket and cloudformation:CreateStack by the technical lead: AccessDenied"
