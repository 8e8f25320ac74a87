"""`make demo` from nothing in a copy of the repository, then what Terraform does with what the story left behind."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from generators.catalog import contracts

ROOT = Path(__file__).resolve().parents[2]
OF_A_PERSON = {"AWS_PROFILE": "bank", "AWS_SESSION_TOKEN": "old", "HTTP_PROXY": "http://127.0.0.1:9"}  # must not matter
SPOKE = ("spoke", "--account", "credit-risk-development")
KEYS = (*contracts.read(ROOT)["hub"], "unheard_of")
MORE = f"""
  source         = "../../modules/contract"
  contracts_file = "${{path.module}}/../../contracts.yaml"
  scope          = "hub"
  values         = {json.dumps(dict.fromkeys(KEYS, "x"))}
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository, so that nobody's running embedded AWS is touched."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("generators", "scripts", "products", "terraform"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
    yield folder
    _python(folder, "scripts.localaws", "stop")


def _python(folder, *module):
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = own | OF_A_PERSON | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-P", "-m", *module], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _vend(folder, step, *words):
    return _python(folder, "scripts.vend", step, *words)


def _client(folder, service, account_name):
    endpoint = json.loads((folder / ".local" / "aws.json").read_text(encoding="utf-8"))["endpoint"]
    where = {"endpoint_url": endpoint, "region_name": "eu-west-2"}
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    accounts = boto3.client("organizations", **where, **keys).list_accounts()["Accounts"]
    account = next(it["Id"] for it in accounts if it["Name"] == account_name)
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    given = boto3.client("sts", **where, **keys).assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    names = {"AccessKeyId": "aws_access_key_id", "SecretAccessKey": "aws_secret_access_key"}
    names |= {"SessionToken": "aws_session_token"}
    return boto3.client(service, **where, **{name: given[key] for key, name in names.items()})


def test_a_root_that_needs_another_says_which_one_comes_first(copy):
    assert _python(copy, "scripts.localaws", "start").returncode == 0
    done = _vend(copy, "plan", "hub")
    assert done.returncode == 1
    assert done.stderr == "organization: it was never applied; run `make vend TEAM=all` first\n"


def test_the_story_holds_from_nothing_to_empty_plans(copy):
    told = _python(copy, "scripts.demo")
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
    assert "Every step held" in told.stdout


def test_an_account_without_a_team_file_is_refused_by_name(copy):
    done = _vend(copy, "plan", "spoke", "--account", "credit-risk-prod")
    assert done.returncode == 1
    assert done.stderr.startswith("--account credit-risk-prod: choose one of credit-risk-development")


def test_what_a_module_refuses_is_told_with_its_place_and_its_reason(copy):
    file = copy / "terraform" / "live" / "spoke" / "contracts.tf"
    before = file.read_text(encoding="utf-8")
    file.write_text(f'{before}module "more" {{\n{MORE}}}\n', encoding="utf-8")
    done = _vend(copy, "plan", *SPOKE)
    file.write_text(before, encoding="utf-8")
    assert done.returncode == 3
    told, log = done.stderr.splitlines()
    assert told.startswith("terraform/modules/contract/main.tf:")
    assert "contracts.yaml: scope hub does not declare unheard_of; declare it there or take it out" in told
    assert log.endswith("its whole output is in .local/vend/spoke-credit-risk-development/log")


def test_terraform_sees_and_repairs_what_changed_behind_its_back(copy):
    ssm = _client(copy, "ssm", "credit-risk-development")
    ssm.put_parameter(Name="/mlops/spoke/team", Value="somebody-else", Type="String", Overwrite=True)
    assert _vend(copy, "plan", *SPOKE, "--expect-empty").returncode == 2
    assert _vend(copy, "apply", *SPOKE).returncode == 0
    assert ssm.get_parameter(Name="/mlops/spoke/team")["Parameter"]["Value"] == "credit-risk"


def test_nobody_but_the_release_role_writes_templates(copy):
    s3 = _client(copy, "s3", "mlops-hub")
    [bucket] = [it["Name"] for it in s3.list_buckets()["Buckets"] if it["Name"].startswith("mlops-releases")]
    [key, *_] = [it["Key"] for it in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    for write, more in ((s3.put_object, {"Body": b"{}"}), (s3.delete_object, {})):
        with pytest.raises(ClientError, match=r"AccessDenied.*explicit deny in a resource-based policy"):
            write(Bucket=bucket, Key=key, **more)


def test_a_digest_that_a_build_published_is_handed_on_to_the_spokes(copy):
    hub, path = _client(copy, "ssm", "mlops-hub"), "/mlops/images/training-image-uri"
    newest = f"hub.example/mlops/training@sha256:{'a' * 64}"
    hub.put_parameter(Name=path, Value=newest, Type="String", Overwrite=True)
    assert _vend(copy, "apply", "hub").returncode == 0
    assert hub.get_parameter(Name=path)["Parameter"]["Value"] == newest, "the build writes it, nobody else"
    assert _vend(copy, "plan", *SPOKE, "--expect-empty").returncode == 2


def test_taskcat_launches_and_deletes_every_product(copy):
    done = _python(copy, "scripts.taskcat", "all")
    assert done.returncode == 0, done.stdout + done.stderr
    *_, made = [line for line in done.stdout.splitlines() if line.endswith(": created and deleted")]
    names = {it.parent.name.replace("_", "-") for it in (copy / "products").glob("*/product.yaml")}
    assert set(made.removeprefix("taskcat: ").removesuffix(": created and deleted").split(", ")) == names


def test_taskcat_names_the_products_when_one_does_not_exist(copy):
    done = _python(copy, "scripts.taskcat", "studio-enviroment")
    assert done.returncode == 1
    assert "studio-environment" in done.stderr


def test_a_spoke_is_destroyed_once_its_access_logs_are_gone(copy):
    done = _vend(copy, "destroy", *SPOKE)
    assert done.returncode == 3
    assert "BucketNotEmpty" in done.stderr, "access logs are evidence: nobody loses them by the way"
    s3 = _client(copy, "s3", "credit-risk-development")
    [bucket] = [it["Name"] for it in s3.list_buckets()["Buckets"] if "access-logs" in it["Name"]]
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    assert _vend(copy, "destroy", *SPOKE).returncode == 0
