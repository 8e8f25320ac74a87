"""The technical lead's part of the story: launch, upgrade, terminate, and what the spoke shows after each."""

from __future__ import annotations

from scripts.demo import aws_reader, commands, other_products
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, PROFILE, SPOKE, STUDIO, DemoState

_IN_SPOKE = ("--account", SPOKE)


def lead_lists(_: DemoState) -> str:
    """The lead sees the catalogue; a role without a grant does not."""
    views = aws_reader.client("servicecatalog", SPOKE, LEAD).search_products()["ProductViewSummaries"]
    names = {view["Name"] for view in views}
    require({STUDIO, PROFILE} <= names, f"the technical lead sees {sorted(names)}")
    others = aws_reader.client("servicecatalog", SPOKE, "model-approver")
    code = aws_reader.refusal(others.describe_product, Name=STUDIO)
    require(code, "the model approver, who was granted nothing, sees the product")
    return f"the lead sees {', '.join(sorted(names))}; the model approver gets {code}"


def launch_studio(world: DemoState) -> str:
    """The stack is in the spoke and none is in the hub."""
    commands.catalog(
        "provision", STUDIO, "--version", world.first, "--name", "studio", *_IN_SPOKE, "--param", "HomeRetention=Delete"
    )
    stack = aws_reader.stack_of(SPOKE, "studio")
    require(stack["StackStatus"] == "CREATE_COMPLETE", f"the stack is {stack['StackStatus']}")
    require(not aws_reader.living_stacks(HUB), f"stacks in the hub: {aws_reader.living_stacks(HUB)}")
    world.stack_id = stack["StackId"]
    domain = aws_reader.client("sagemaker", SPOKE).list_domains()["Domains"][0]
    world.domain_id = domain["DomainId"]
    world.home_id = _domain(world)["HomeEfsFileSystemId"]
    name, status = stack["StackName"], domain["Status"]
    return f"{name} is CREATE_COMPLETE in the spoke, no stack in the hub; domain {world.domain_id} {status}"


def launch_profiles(world: DemoState) -> str:
    """One developer, one model approver, each with the execution role of the type."""
    for user, kind in (("alice", "developer"), ("bob", "model-approver")):
        commands.catalog(
            "provision",
            PROFILE,
            "--name",
            f"profile-{user}",
            *_IN_SPOKE,
            "--param",
            f"User={user}",
            "--param",
            f"Type={kind}",
        )
    sagemaker = aws_reader.client("sagemaker", SPOKE)
    found = {}
    for item in sagemaker.list_user_profiles(DomainIdEquals=world.domain_id)["UserProfiles"]:
        profile = sagemaker.describe_user_profile(DomainId=world.domain_id, UserProfileName=item["UserProfileName"])
        found[item["UserProfileName"]] = profile["UserSettings"]["ExecutionRole"].rpartition("/")[2]
    require(found == {"alice": "studio-developer", "bob": "studio-model-approver"}, f"profiles and roles: {found}")
    return "profiles " + ", ".join(f"{user} as {role}" for user, role in sorted(found.items()))


_STRANGERS = {"carol": "developer", "bob": "model-approver"}  # signs in -> as which persona


def work_in_studio(world: DemoState) -> str:
    """Alice opens her own Studio profile and no other, and leaves a private space with a running application behind."""
    sagemaker = aws_reader.client("sagemaker", SPOKE, "developer", "alice")
    sagemaker.create_space(
        DomainId=world.domain_id,
        SpaceName="alice-lab",
        OwnershipSettings={"OwnerUserProfileName": "alice"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    sagemaker.create_app(DomainId=world.domain_id, SpaceName="alice-lab", AppType="JupyterLab", AppName="default")
    url = sagemaker.create_presigned_domain_url(DomainId=world.domain_id, UserProfileName="alice")["AuthorizedUrl"]
    strangers = {user: aws_reader.client("sagemaker", SPOKE, role, user) for user, role in _STRANGERS.items()}
    for user, stranger in {"bob's, by alice": sagemaker, **strangers}.items():
        profile = "bob" if stranger is sagemaker else "alice"
        told = aws_reader.refusal(
            stranger.create_presigned_domain_url, DomainId=world.domain_id, UserProfileName=profile
        )
        require(told == "AccessDeniedException", f"the profile {profile} opens for {user}: {told or 'accepted'}")
    apps = [app for app in sagemaker.list_apps(DomainIdEquals=world.domain_id)["Apps"] if app["Status"] == "InService"]
    require(apps, "no application runs")
    return (
        f"{len(apps)} application runs in the space alice-lab; sign-in {url.partition('?')[0]};"
        " her profile opens neither for another developer nor for the approver, the approver's not for her"
    )


def inventory(world: DemoState) -> str:
    """Who runs what, and what is newer; compared with what Service Catalog itself lists in the spoke."""
    rows = commands.catalog("inventory", "--json").json
    listed = {(row["name"], row["version"]) for row in rows if row["account_name"] == SPOKE}
    search = aws_reader.client("servicecatalog", SPOKE, LEAD).search_provisioned_products(
        AccessLevelFilter={"Key": "Account", "Value": "self"}
    )
    names = {item["Name"] for item in search["ProvisionedProducts"]}
    require({name for name, _ in listed} == names, f"inventory lists {sorted(listed)}, the spoke holds {sorted(names)}")
    require(("studio", world.first) in listed, f"inventory does not say studio {world.first}: {sorted(listed)}")
    return ", ".join(f"{row['name']} {row['version']} (latest {row['latest']})" for row in rows)


def upgrade(world: DemoState) -> str:
    """In place: every physical id is kept."""
    before = aws_reader.physical_ids(SPOKE, world.stack_id)
    commands.catalog("upgrade", "studio", *_IN_SPOKE, "--to", world.newer)
    stack = aws_reader.stack_of(SPOKE, "studio")
    after = aws_reader.physical_ids(SPOKE, world.stack_id)
    lost = sorted(logical for logical, physical in before.items() if after.get(logical) != physical)
    require(stack["StackId"] == world.stack_id and not lost, f"replaced by the upgrade: {lost}")
    require(stack["StackStatus"] == "UPDATE_COMPLETE", f"the stack is {stack['StackStatus']}")
    world.physical = after
    return (
        f"{world.first} to {world.newer}: {len(before)} physical ids kept, {len(after) - len(before)} resources added"
    )


def broken_upgrade(world: DemoState) -> str:
    """The upgrade fails, CloudFormation rolls back, the provisioned product is TAINTED and goes on working."""
    said = commands.catalog("upgrade", "studio", *_IN_SPOKE, "--to", world.broken, expect=3)
    status = aws_reader.provisioned(SPOKE, "studio")["Status"]
    stack = aws_reader.client("cloudformation", SPOKE).describe_stacks(StackName=world.stack_id)["Stacks"][0][
        "StackStatus"
    ]
    require(status == "TAINTED", f"the provisioned product is {status}")
    require("TAINTED" in said.err + said.out, "catalog did not report TAINTED")
    require(stack == "UPDATE_ROLLBACK_COMPLETE", f"the stack is {stack}")
    require(aws_reader.physical_ids(SPOKE, world.stack_id) == world.physical, "the roll-back changed physical ids")
    require(_domain(world)["Status"] == "InService", "the Studio domain is gone")
    return f"{status}; stack {stack}; {len(world.physical)} physical ids as before; the domain is in service"


def retire(world: DemoState) -> str:
    """A retired version cannot be launched, and still runs where it was."""
    seen = aws_reader.product(SPOKE, LEAD, STUDIO)
    commands.catalog("retire", STUDIO, world.newer)
    code = aws_reader.refusal(
        aws_reader.client("servicecatalog", SPOKE, LEAD).provision_product,
        ProductId=seen["id"],
        ProvisioningArtifactId=seen["versions"][world.newer],
        ProvisionedProductName="second-studio",
    )
    require(code, f"the retired version {world.newer} could be launched")
    require(_domain(world)["Status"] == "InService", "the environment of the retired version stopped")
    return f"launching {world.newer} again: {code}; the running environment is in service"


def terminate(world: DemoState) -> str:
    """Profiles, environment, applications, spaces and the home file system go; data stays."""
    other_products.end([*world.others, "profile-bob", "profile-alice"])
    commands.catalog("terminate", "studio", *_IN_SPOKE)
    require(not aws_reader.living_stacks(SPOKE), f"stacks left: {aws_reader.living_stacks(SPOKE)}")
    require(not aws_reader.client("sagemaker", SPOKE).list_domains()["Domains"], "the domain is left")
    require(not other_products.left(), f"left of the other products: {other_products.left()}")
    homes = {item["FileSystemId"] for item in aws_reader.client("efs", SPOKE).describe_file_systems()["FileSystems"]}
    require(world.home_id not in homes, f"the home file system {world.home_id} is left")
    buckets = [bucket["Name"] for bucket in aws_reader.client("s3", SPOKE).list_buckets()["Buckets"]]
    kept = set(world.physical.values()) & set(buckets)
    require(kept, "the data buckets are gone with the environment")
    gone = "stack, endpoint, monitor, pipeline, cluster, project, domain or home file system"
    return f"no {gone} left; {len(kept)} data buckets of the environment kept"


def _domain(world: DemoState) -> dict[str, str]:
    answer: dict[str, str] = aws_reader.client("sagemaker", SPOKE).describe_domain(DomainId=world.domain_id)
    return answer
