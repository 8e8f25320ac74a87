"""The demo from nothing, then the README's Quick start, and what Terraform and taskcat do with what they left."""

import json

import pytest
from botocore.exceptions import ClientError

from generators.config import contracts
from tests.e2e.copies import ROOT
from tests.e2e.readme import inventory, quick_start

pytestmark = pytest.mark.slow
SPOKE = ("spoke", "--account", "credit-risk-development")
KEYS = (*contracts.read(ROOT)["hub"], "unheard_of")
MORE = f"""
  source         = "../../modules/ssm_parameters"
  contracts_file = "${{path.module}}/../../contracts.yaml"
  scope          = "hub"
  values         = {json.dumps(dict.fromkeys(KEYS, "x"))}
"""


@pytest.fixture(scope="module")
def demo(copy):
    """The copy after `make demo` in it."""
    completed = copy.shell("make demo")
    assert completed.returncode == 0, completed.stdout[-4000:] + completed.stderr[-2000:]
    assert "Every step passed" in completed.stdout
    return copy


STUDIO = ("credit-risk-pre-production", "studio", "studio-environment")


def test_the_demo_leaves_a_studio_environment_that_the_inventory_lists(demo):
    assert inventory(demo) == {STUDIO}


def test_only_the_release_role_writes_templates(demo):
    s3 = demo.client("s3", "mlops-hub")
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    [bucket] = [name for name in buckets if name.startswith("mlops-releases")]
    [key, *_] = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    for write, more in ((s3.put_object, {"Body": b"{}"}), (s3.delete_object, {})):
        with pytest.raises(ClientError, match=r"AccessDenied.*explicit deny in a resource-based policy"):
            write(Bucket=bucket, Key=key, **more)


def test_each_command_of_the_quick_start_works_after_the_demo(demo):
    for command in quick_start():
        completed = demo.shell(command)
        assert completed.returncode == 0, f"{command}: {completed.stdout[-3000:]}{completed.stderr[-2000:]}"


def test_what_the_quick_start_launched_can_be_terminated(demo):
    development = "credit-risk-development"
    assert inventory(demo) - {STUDIO} == {
        (development, "studio", "studio-environment"),
        (development, "profile-alice", "studio-user-profile"),
    }
    for name in ("profile-alice", "studio"):
        completed = demo.shell(f".venv/bin/catalog terminate {name} --account {development}")
        assert completed.returncode == 0, completed.stderr
    assert inventory(demo) == {STUDIO}


def test_a_refusal_by_a_module_is_reported_with_file_and_reason(demo):
    file = demo.folder / "terraform" / "live" / "spoke" / "contracts.tf"
    before = file.read_text(encoding="utf-8")
    file.write_text(f'{before}module "more" {{\n{MORE}}}\n', encoding="utf-8")
    completed = demo.vend("plan", *SPOKE)
    file.write_text(before, encoding="utf-8")
    assert completed.returncode == 3
    message, log = completed.stderr.splitlines()
    assert message.startswith("terraform/modules/ssm_parameters/main.tf:")
    assert "contracts.yaml: scope hub does not declare unheard_of; declare it there or take it out" in message
    assert log.endswith("its whole output is in .local/vend/spoke-credit-risk-development/log")


def test_terraform_detects_and_repairs_a_change_by_hand(demo):
    ssm = demo.client("ssm", "credit-risk-development")
    ssm.put_parameter(Name="/mlops/spoke/team", Value="somebody-else", Type="String", Overwrite=True)
    assert demo.vend("plan", *SPOKE, "--expect-empty").returncode == 2
    assert demo.vend("apply", *SPOKE).returncode == 0
    assert ssm.get_parameter(Name="/mlops/spoke/team")["Parameter"]["Value"] == "credit-risk"


def test_the_digest_of_a_new_image_reaches_the_spokes(demo):
    hub, path = demo.client("ssm", "mlops-hub"), "/mlops/images/training-image-uri"
    newest = f"hub.example/mlops/training@sha256:{'a' * 64}"
    hub.put_parameter(Name=path, Value=newest, Type="String", Overwrite=True)
    assert demo.vend("apply", "hub").returncode == 0
    assert hub.get_parameter(Name=path)["Parameter"]["Value"] == newest, "only the build writes the digest"
    assert demo.vend("plan", *SPOKE, "--expect-empty").returncode == 2


def test_taskcat_launches_and_deletes_every_product(demo):
    completed = demo.python("scripts.taskcat", "all")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    *_, summary = [line for line in completed.stdout.splitlines() if line.endswith(": created and deleted")]
    names = {file.parent.name.replace("_", "-") for file in (demo.folder / "products").glob("*/product.yaml")}
    assert set(summary.removeprefix("taskcat: ").removesuffix(": created and deleted").split(", ")) == names


def test_a_spoke_is_destroyed_once_its_access_logs_are_gone(demo):
    completed = demo.vend("destroy", *SPOKE)
    assert completed.returncode == 3
    assert "BucketNotEmpty" in completed.stderr, "access logs are evidence: nothing deletes them as a side effect"
    s3 = demo.client("s3", "credit-risk-development")
    [bucket] = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"] if "access-logs" in bucket["Name"]]
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    assert demo.vend("destroy", *SPOKE).returncode == 0
