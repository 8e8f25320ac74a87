"""First steps of the demo: the embedded AWS, and what Terraform creates in the organisation, the hub and a spoke."""

from __future__ import annotations

import json

from generators.config import contracts
from scripts.demo import aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, LOG_ARCHIVE, PROFILE, SPOKE, STUDIO, TEAM, DemoState, team_accounts


def start(state: DemoState) -> str:
    """Start the embedded AWS; leave one that is in use alone and start another for the demo."""
    commands.stop_own_server()  # left over from a demo that was killed
    commands.create_checkout()
    endpoint, note = commands.start_server(), ""
    if not aws_reader.is_unused(endpoint):
        note = f"; the embedded AWS at {endpoint} is in use and is left alone"
        endpoint, state.own_server = commands.start_own_server(), True
    account = aws_reader.client("sts").get_caller_identity()["Account"]
    require(account == aws_reader.MANAGEMENT, f"the embedded AWS answers as account {account}")
    return f"{endpoint} answers as the management account {account}{note}"


def organization(_: DemoState) -> str:
    """Terraform creates the accounts of the organisation."""
    commands.vend("apply", "organization")
    accounts = set(aws_reader.accounts())
    expected = {HUB, LOG_ARCHIVE} | team_accounts(TEAM)
    require(expected <= accounts, f"missing accounts: {', '.join(sorted(expected - accounts))}")
    return f"accounts: {', '.join(sorted(accounts))}"


def log_archive(_: DemoState) -> str:
    """Terraform creates the locked bucket for the audit logs of all accounts."""
    commands.vend("apply", "log_archive")
    s3 = aws_reader.client("s3", LOG_ARCHIVE)
    [bucket] = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    require(lock["Mode"] == "COMPLIANCE", f"{bucket} is not locked: {lock}")
    return f"{bucket}: nobody can delete a log for {lock['Days']} days"


def hub(_: DemoState) -> str:
    """Terraform creates the portfolio, its share and the release bucket."""
    commands.vend("apply", "hub")
    catalog = aws_reader.client("servicecatalog", HUB)
    portfolios = {item["DisplayName"]: item["Id"] for item in catalog.list_portfolios()["PortfolioDetails"]}
    require(portfolios, "the hub has no portfolio")
    shares = [
        share["PrincipalId"]
        for portfolio in portfolios.values()
        for share in catalog.describe_portfolio_shares(PortfolioId=portfolio, Type="ORGANIZATIONAL_UNIT")[
            "PortfolioShareDetails"
        ]
    ]
    require(shares, "no portfolio is shared with an organisational unit")
    bucket = f"mlops-releases-{aws_reader.accounts()[HUB]}-{aws_reader.REGION}"
    versioning = aws_reader.client("s3", HUB).get_bucket_versioning(Bucket=bucket).get("Status")
    require(versioning == "Enabled", f"{bucket} is not versioned")
    return f"portfolios {', '.join(sorted(portfolios))} shared with {len(shares)} units; {bucket} is versioned"


def spoke(state: DemoState) -> str:
    """Terraform creates the baseline of the team's first account; its two others follow in the background."""
    commands.vend("apply", "spoke", "--account", SPOKE)
    expected = {
        contract.path for scope in ("spoke", "hub") for contract in contracts.read(commands.ROOT)[scope].values()
    }
    pages = aws_reader.client("ssm", SPOKE).get_paginator("describe_parameters").paginate()
    parameters = {parameter["Name"] for page in pages for parameter in page["Parameters"]}
    require(expected <= parameters, f"contracts without a value: {', '.join(sorted(expected - parameters))}")
    _require_launch_roles()
    trail = _recording_trail()
    state.team_vending = commands.start_vending("team", TEAM)
    return f"{len(expected)} contracts; only Service Catalog can assume the launch roles; {trail} records every call"


def _require_launch_roles() -> None:
    iam = aws_reader.client("iam", SPOKE)
    for product in (STUDIO, PROFILE):
        trust = iam.get_role(RoleName=f"launch-{product}")["Role"]["AssumeRolePolicyDocument"]
        trusted = "servicecatalog.amazonaws.com" in json.dumps(trust)
        require(trusted, f"launch-{product} does not trust Service Catalog")


def _recording_trail() -> str:
    """The name of the account's audit trail, which records in every region."""
    cloudtrail = aws_reader.client("cloudtrail", SPOKE)
    [trail] = cloudtrail.describe_trails()["trailList"]
    logging = cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"]
    require(logging and trail["IsMultiRegionTrail"], f"the audit trail does not record every region: {trail}")
    return str(trail["Name"])


def plans_are_empty(_: DemoState) -> str:
    """Terraform plans no change in the organisation, the log archive, the hub and the first account."""
    results = commands.vend("drift", SPOKE, "--whole", "--json").json
    require({result["result"] for result in results} == {"no changes"}, f"plans that are not empty: {results}")
    return f"no changes in {', '.join(result['part'] for result in results)}"


def lead_cannot_create(_: DemoState) -> str:
    """The technical lead, who may launch products, may create nothing directly."""
    bucket = aws_reader.refusal(
        aws_reader.client("s3", SPOKE, LEAD).create_bucket,
        Bucket="lead-makes-a-bucket",
        CreateBucketConfiguration={"LocationConstraint": aws_reader.REGION},
    )
    require(bucket == "AccessDenied", f"the technical lead could create a bucket ({bucket or 'accepted'})")
    stack = aws_reader.refusal(
        aws_reader.client("cloudformation", SPOKE, LEAD).create_stack,
        StackName="lead-makes-a-stack",
        TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}',
    )
    require(stack.startswith("AccessDenied"), f"the technical lead could create a stack ({stack or 'accepted'})")
    return "s3:CreateBucket and cloudformation:CreateStack by the technical lead: AccessDenied"
