"""`make demo` from nothing in a copy of the repository, and what is refused before and after it."""

import pytest
from botocore.exceptions import ClientError


def test_a_root_that_needs_another_says_which_one_comes_first(copy):
    assert copy.python("scripts.localaws", "start").returncode == 0
    done = copy.vend("plan", "hub")
    assert done.returncode == 1
    assert done.stderr == "organization: it was never applied; run `make vend TEAM=all` first\n"


def test_the_story_holds_from_nothing_to_empty_plans(copy):
    told = copy.python("scripts.demo")
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
    assert "Every step held" in told.stdout


def test_an_account_without_a_team_file_is_refused_by_name(copy):
    done = copy.vend("plan", "spoke", "--account", "credit-risk-prod")
    assert done.returncode == 1
    assert done.stderr.startswith("--account credit-risk-prod: choose one of credit-risk-development")


def test_nobody_but_the_release_role_writes_templates(copy):
    s3 = copy.client("s3", "mlops-hub")
    [bucket] = [it["Name"] for it in s3.list_buckets()["Buckets"] if it["Name"].startswith("mlops-releases")]
    [key, *_] = [it["Key"] for it in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    for write, more in ((s3.put_object, {"Body": b"{}"}), (s3.delete_object, {})):
        with pytest.raises(ClientError, match=r"AccessDenied.*explicit deny in a resource-based policy"):
            write(Bucket=bucket, Key=key, **more)


def test_taskcat_names_the_products_when_one_does_not_exist(copy):
    done = copy.python("scripts.taskcat", "studio-enviroment")
    assert done.returncode == 1
    assert "studio-environment" in done.stderr
