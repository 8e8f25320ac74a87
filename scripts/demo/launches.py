"""Steps of the technical lead: launch, upgrade, terminate, and what the spoke shows after each."""

from __future__ import annotations

from typing import Any

from scripts.demo import aws_reader, commands, other_products
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, PRE_PRODUCTION, PROFILE, SPOKE, STUDIO, DemoState

_IN_SPOKE = ("--account", SPOKE)
_OTHER_USERS = {"carol": "developer", "bob": "model-approver"}  # roles by user


def list_products(_: DemoState) -> str:
    """The technical lead sees the catalogue; a role without a grant does not."""
    views = aws_reader.client("servicecatalog", SPOKE, LEAD).search_products()["ProductViewSummaries"]
    names = {view["Name"] for view in views}
    require({STUDIO, PROFILE} <= names, f"the technical lead sees {sorted(names)}")
    approver = aws_reader.client("servicecatalog", SPOKE, "model-approver")
    code = aws_reader.refusal(approver.describe_product, Name=STUDIO)
    require(code, "the model approver, who has no grant, sees the product")
    return f"the lead sees {', '.join(sorted(names))}; the model approver gets {code}"


def launch_studio(state: DemoState) -> str:
    """Launch a Studio environment: its stack is in the spoke and none is in the hub."""
    retention = ("--param", "HomeRetention=Delete")
    commands.catalog("provision", STUDIO, "--version", state.first_version, "--name", "studio", *_IN_SPOKE, *retention)
    stack = aws_reader.stack_of(SPOKE, "studio")
    require(stack["StackStatus"] == "CREATE_COMPLETE", f"the stack is {stack['StackStatus']}")
    hub_stacks = aws_reader.existing_stacks(HUB)
    require(not hub_stacks, f"stacks in the hub: {hub_stacks}")
    state.stack_id = stack["StackId"]
    domain = aws_reader.client("sagemaker", SPOKE).list_domains()["Domains"][0]
    state.domain_id = domain["DomainId"]
    state.home_id = _domain(state)["HomeEfsFileSystemId"]
    name, status = stack["StackName"], domain["Status"]
    return f"{name} is CREATE_COMPLETE in the spoke, no stack in the hub; domain {state.domain_id} {status}"


def launch_profiles(state: DemoState) -> str:
    """Launch profiles of a developer and of a model approver, each with the execution role of its type."""
    for user, kind in (("alice", "developer"), ("bob", "model-approver")):
        parameters = ("--param", f"User={user}", "--param", f"Type={kind}")
        commands.catalog("provision", PROFILE, "--name", f"profile-{user}", *_IN_SPOKE, *parameters)
    sagemaker = aws_reader.client("sagemaker", SPOKE)
    roles = {}
    for item in sagemaker.list_user_profiles(DomainIdEquals=state.domain_id)["UserProfiles"]:
        profile = sagemaker.describe_user_profile(DomainId=state.domain_id, UserProfileName=item["UserProfileName"])
        roles[item["UserProfileName"]] = profile["UserSettings"]["ExecutionRole"].rpartition("/")[2]
    require(roles == {"alice": "studio-developer", "bob": "studio-model-approver"}, f"profiles and roles: {roles}")
    return "profiles " + ", ".join(f"{user} as {role}" for user, role in sorted(roles.items()))


def work_in_studio(state: DemoState) -> str:
    """Alice opens her own profile and no other, and leaves a private space with a running application."""
    sagemaker = aws_reader.client("sagemaker", SPOKE, "developer", "alice")
    sagemaker.create_space(
        DomainId=state.domain_id,
        SpaceName="alice-lab",
        OwnershipSettings={"OwnerUserProfileName": "alice"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    sagemaker.create_app(DomainId=state.domain_id, SpaceName="alice-lab", AppType="JupyterLab", AppName="default")
    url = sagemaker.create_presigned_domain_url(DomainId=state.domain_id, UserProfileName="alice")["AuthorizedUrl"]
    _require_denied(state, "alice", sagemaker, "bob")
    for user, role in _OTHER_USERS.items():
        _require_denied(state, user, aws_reader.client("sagemaker", SPOKE, role, user), "alice")
    apps = [app for app in sagemaker.list_apps(DomainIdEquals=state.domain_id)["Apps"] if app["Status"] == "InService"]
    require(apps, "no application runs")
    return (
        f"{len(apps)} application runs in the space alice-lab; sign-in {url.partition('?')[0]};"
        " another developer and the approver cannot open her profile, she cannot open the approver's"
    )


def _require_denied(state: DemoState, user: str, sagemaker: Any, profile: str) -> None:
    """`user`, with their own client, cannot open another user's profile."""
    open_profile = sagemaker.create_presigned_domain_url
    code = aws_reader.refusal(open_profile, DomainId=state.domain_id, UserProfileName=profile)
    require(code == "AccessDeniedException", f"{user} can open the profile {profile}: {code or 'accepted'}")


def inventory(state: DemoState) -> str:
    """The inventory lists the same provisioned products as Service Catalog in the spoke."""
    rows = commands.catalog("inventory", "--json").json
    listed = {(row["name"], row["version"]) for row in rows if row["account_name"] == SPOKE}
    search = aws_reader.client("servicecatalog", SPOKE, LEAD).search_provisioned_products(
        AccessLevelFilter={"Key": "Account", "Value": "self"}
    )
    names = {product["Name"] for product in search["ProvisionedProducts"]}
    require({name for name, _ in listed} == names, f"inventory lists {sorted(listed)}, the spoke has {sorted(names)}")
    first = ("studio", state.first_version)
    require(first in listed, f"inventory does not list studio {state.first_version}: {sorted(listed)}")
    return ", ".join(f"{row['name']} {row['version']} (latest {row['latest']})" for row in rows)


def upgrade(state: DemoState) -> str:
    """Upgrade in place: every physical id stays."""
    before = aws_reader.physical_ids(SPOKE, state.stack_id)
    commands.catalog("upgrade", "studio", *_IN_SPOKE, "--to", state.newer_version)
    stack = aws_reader.stack_of(SPOKE, "studio")
    after = aws_reader.physical_ids(SPOKE, state.stack_id)
    replaced = sorted(logical for logical, physical in before.items() if after.get(logical) != physical)
    require(stack["StackId"] == state.stack_id and not replaced, f"replaced by the upgrade: {replaced}")
    require(stack["StackStatus"] == "UPDATE_COMPLETE", f"the stack is {stack['StackStatus']}")
    state.physical_ids = after
    versions = f"{state.first_version} to {state.newer_version}"
    return f"{versions}: {len(before)} physical ids kept, {len(after) - len(before)} resources added"


def upgrade_to_broken(state: DemoState) -> str:
    """The upgrade fails and CloudFormation rolls it back; the provisioned product is TAINTED and keeps working."""
    command = commands.catalog("upgrade", "studio", *_IN_SPOKE, "--to", state.broken_version, expected_code=3)
    status = aws_reader.provisioned_product(SPOKE, "studio")["Status"]
    cloudformation = aws_reader.client("cloudformation", SPOKE)
    stack_status = cloudformation.describe_stacks(StackName=state.stack_id)["Stacks"][0]["StackStatus"]
    require(status == "TAINTED", f"the provisioned product is {status}")
    require("TAINTED" in command.stderr + command.stdout, "catalog did not report TAINTED")
    require(stack_status == "UPDATE_ROLLBACK_COMPLETE", f"the stack is {stack_status}")
    unchanged = aws_reader.physical_ids(SPOKE, state.stack_id) == state.physical_ids
    require(unchanged, "the rollback changed physical ids")
    require(_domain(state)["Status"] == "InService", "the Studio domain is gone")
    return f"{status}; stack {stack_status}; {len(state.physical_ids)} physical ids as before; the domain is in service"


def retire(state: DemoState) -> str:
    """A retired version cannot be launched; the environment that has it keeps running."""
    studio = aws_reader.product(SPOKE, LEAD, STUDIO)
    commands.catalog("retire", STUDIO, state.newer_version)
    code = aws_reader.refusal(
        aws_reader.client("servicecatalog", SPOKE, LEAD).provision_product,
        ProductId=studio["id"],
        ProvisioningArtifactId=studio["versions"][state.newer_version],
        ProvisionedProductName="second-studio",
    )
    require(code, f"the retired version {state.newer_version} could be launched")
    require(_domain(state)["Status"] == "InService", "the environment of the retired version stopped")
    return f"launching {state.newer_version} again: {code}; the running environment is in service"


def terminate(state: DemoState) -> str:
    """Terminate everything: profiles, environment, applications, spaces and home file system; data stays."""
    other_products.terminate([*state.other_products, "profile-bob", "profile-alice"])
    commands.catalog("terminate", "studio", *_IN_SPOKE)
    stacks, remains = aws_reader.existing_stacks(SPOKE), other_products.remains()
    require(not stacks, f"stacks that were not deleted: {stacks}")
    require(not aws_reader.client("sagemaker", SPOKE).list_domains()["Domains"], "the domain was not deleted")
    require(not remains, f"resources of the other products that were not deleted: {remains}")
    homes = {item["FileSystemId"] for item in aws_reader.client("efs", SPOKE).describe_file_systems()["FileSystems"]}
    require(state.home_id not in homes, f"the home file system {state.home_id} was not deleted")
    buckets = [bucket["Name"] for bucket in aws_reader.client("s3", SPOKE).list_buckets()["Buckets"]]
    data_buckets = set(state.physical_ids.values()) & set(buckets)
    require(data_buckets, "the data buckets were deleted with the environment")
    kinds = "stack, endpoint, monitor, pipeline, cluster, project, domain or home file system"
    return f"no {kinds} is left; {len(data_buckets)} data buckets of the environment stay"


def leave_studio_running(state: DemoState) -> str:
    """Launch a Studio environment that stays, so that `catalog inventory` lists it; it can read every account."""
    assert state.team_vending is not None
    commands.wait_for(state.team_vending)
    commands.catalog("provision", STUDIO, "--name", "studio", "--account", PRE_PRODUCTION)
    output = commands.catalog("inventory", "--json")
    rows = [(row["account_name"], row["name"], row["status"]) for row in output.json]
    require(rows == [(PRE_PRODUCTION, "studio", "AVAILABLE")], f"inventory lists {rows}")
    denied = [line for line in output.stderr.splitlines() if not line.startswith("reading accounts")]
    require(not denied, f"accounts that cannot be read: {denied}")
    version = output.json[0]["version"]
    return f"{STUDIO} {version} runs in {PRE_PRODUCTION}; `catalog inventory` lists it and reads every account"


def _domain(state: DemoState) -> dict[str, str]:
    domain: dict[str, str] = aws_reader.client("sagemaker", SPOKE).describe_domain(DomainId=state.domain_id)
    return domain
