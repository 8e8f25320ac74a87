"""What Terraform and taskcat do with what the story left behind; the story itself is in test_story.py."""

import json

import pytest

from generators.config import contracts
from tests.e2e.copies import ROOT

pytestmark = pytest.mark.slow
SPOKE = ("spoke", "--account", "credit-risk-development")
KEYS = (*contracts.read(ROOT)["hub"], "unheard_of")
MORE = f"""
  source         = "../../modules/contract"
  contracts_file = "${{path.module}}/../../contracts.yaml"
  scope          = "hub"
  values         = {json.dumps(dict.fromkeys(KEYS, "x"))}
"""


@pytest.fixture(scope="module")
def told(copy):
    """The copy with the story told in it."""
    done = copy.python("scripts.demo")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return copy


def test_what_a_module_refuses_is_told_with_its_place_and_its_reason(told):
    file = told.folder / "terraform" / "live" / "spoke" / "contracts.tf"
    before = file.read_text(encoding="utf-8")
    file.write_text(f'{before}module "more" {{\n{MORE}}}\n', encoding="utf-8")
    done = told.vend("plan", *SPOKE)
    file.write_text(before, encoding="utf-8")
    assert done.returncode == 3
    said, log = done.stderr.splitlines()
    assert said.startswith("terraform/modules/contract/main.tf:")
    assert "contracts.yaml: scope hub does not declare unheard_of; declare it there or take it out" in said
    assert log.endswith("its whole output is in .local/vend/spoke-credit-risk-development/log")


def test_terraform_sees_and_repairs_what_changed_behind_its_back(told):
    ssm = told.client("ssm", "credit-risk-development")
    ssm.put_parameter(Name="/mlops/spoke/team", Value="somebody-else", Type="String", Overwrite=True)
    assert told.vend("plan", *SPOKE, "--expect-empty").returncode == 2
    assert told.vend("apply", *SPOKE).returncode == 0
    assert ssm.get_parameter(Name="/mlops/spoke/team")["Parameter"]["Value"] == "credit-risk"


def test_a_digest_that_a_build_published_is_handed_on_to_the_spokes(told):
    hub, path = told.client("ssm", "mlops-hub"), "/mlops/images/training-image-uri"
    newest = f"hub.example/mlops/training@sha256:{'a' * 64}"
    hub.put_parameter(Name=path, Value=newest, Type="String", Overwrite=True)
    assert told.vend("apply", "hub").returncode == 0
    assert hub.get_parameter(Name=path)["Parameter"]["Value"] == newest, "the build writes it, nobody else"
    assert told.vend("plan", *SPOKE, "--expect-empty").returncode == 2


def test_taskcat_launches_and_deletes_every_product(told):
    done = told.python("scripts.taskcat", "all")
    assert done.returncode == 0, done.stdout + done.stderr
    *_, made = [line for line in done.stdout.splitlines() if line.endswith(": created and deleted")]
    names = {it.parent.name.replace("_", "-") for it in (told.folder / "products").glob("*/product.yaml")}
    assert set(made.removeprefix("taskcat: ").removesuffix(": created and deleted").split(", ")) == names


def test_a_spoke_is_destroyed_once_its_access_logs_are_gone(told):
    done = told.vend("destroy", *SPOKE)
    assert done.returncode == 3
    assert "BucketNotEmpty" in done.stderr, "access logs are evidence: nobody loses them by the way"
    s3 = told.client("s3", "credit-risk-development")
    [bucket] = [it["Name"] for it in s3.list_buckets()["Buckets"] if "access-logs" in it["Name"]]
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    assert told.vend("destroy", *SPOKE).returncode == 0
