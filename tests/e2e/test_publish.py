"""Publishing to a hub on the embedded AWS: the result, and the calls that are never made."""

from __future__ import annotations

import json
import random
from functools import partial

import pytest

from tests.e2e.conftest import BUCKET, HUB_ACCOUNT
from tests.e2e.counting_proxy import counting_proxy

WRITES = ("Create", "Update", "Associate", "PUT")


def _writes(calls):
    return [call for call in calls if call.startswith(WRITES)]


@pytest.mark.control(38)
def test_publishing_creates_product_version_portfolio_and_launch_role(platform, estate):
    platform.add_products("first-book")

    completed = platform.catalog("publish", "first-book")

    assert completed.returncode == 0, completed.stderr
    product = estate.product("first-book")
    digest = platform.path("products/first_book/versions/SHA256SUMS").read_text().split()[0]
    assert product["versions"] == [("1.0.0", f"sha256:{digest} The first version.", True)]
    assert product["portfolios"] == ["data-science"]
    assert product["constraints"] == [json.dumps({"LocalRoleName": "launch-first-book"})]
    assert product["summary"]["ShortDescription"] == "Note book: A place for notes"


def test_a_second_publish_writes_nothing_and_says_so(platform, estate):
    platform.add_products("twice-book")
    platform.catalog("publish", "twice-book")

    with counting_proxy(estate.server.endpoint) as proxy:
        proxy.arm(0, 0)
        again = platform.catalog("publish", "twice-book", AWS_ENDPOINT_URL=proxy.endpoint)

    assert (again.returncode, _writes(proxy.calls)) == (0, [])
    assert "nothing to do" in again.stdout


def test_a_plan_shows_the_actions_and_writes_nothing(platform, estate):
    platform.add_products("planned-book")

    with counting_proxy(estate.server.endpoint) as proxy:
        proxy.arm(0, 0)
        planned = platform.catalog("plan", "planned-book", "--json", AWS_ENDPOINT_URL=proxy.endpoint)
        publish_plan = platform.catalog("publish", "planned-book", "--plan", AWS_ENDPOINT_URL=proxy.endpoint)

    assert _writes(proxy.calls) == []
    assert [action["action"] for action in json.loads(planned.stdout)] == [
        "CreateProduct",
        "AttachToPortfolio",
        "SetLaunchRole",
        "SetReleaseDigest",
    ]
    assert "create product planned-book with version 1.0.0" in publish_plan.stdout


@pytest.mark.control(45)
def test_a_new_version_is_added_and_the_old_one_stays(platform, estate):
    platform.add_products("grown-book")
    platform.catalog("publish", "grown-book")
    platform.release_products("grown-book")

    completed = platform.catalog("publish", "grown-book", "--json")

    assert [action["action"] for action in json.loads(completed.stdout)] == ["AddVersion", "SetReleaseDigest"]
    assert [version for version, *_ in estate.product("grown-book")["versions"]] == ["1.0.0", "1.1.0"]


def test_every_frozen_version_is_published_to_an_empty_hub(platform, estate):
    platform.add_products("late-book")
    platform.release_products("late-book")

    platform.catalog("publish", "late-book")

    assert [version for version, *_ in estate.product("late-book")["versions"]] == ["1.0.0", "1.1.0"]


def test_a_new_description_changes_the_product_in_place(platform, estate):
    folder = platform.add_products("worded-book")
    platform.catalog("publish", "worded-book")
    platform.edit(f"{folder}/product.yaml", "A place for notes", "A place for thoughts")

    completed = platform.catalog("publish", "worded-book", "--json")

    assert [action["action"] for action in json.loads(completed.stdout)] == ["UpdateProduct", "SetReleaseDigest"]
    assert estate.product("worded-book")["summary"]["ShortDescription"] == "Note book: A place for thoughts"


def test_two_publishers_at_once_give_one_result(platform, estate):
    platform.add_products("raced-book")
    platform.release_products("raced-book")
    platform.catalog("check", "raced-book")

    publishers = [platform.start("publish", "raced-book") for _ in range(2)]
    results = [(*publisher.communicate(), publisher.returncode) for publisher in publishers]

    assert [code for *_, code in results] == [0, 0], results
    product = estate.product("raced-book")
    assert [version for version, *_ in product["versions"]] == ["1.0.0", "1.1.0"]
    assert (len(product["portfolios"]), len(product["constraints"])) == (1, 1)


@pytest.mark.slow  # half of the requests wait; tests/unit/aws/test_retry_policy.py holds the policy itself
def test_a_publish_completes_while_aws_throttles_every_second_request(platform, estate):
    platform.add_products("slowed-book")

    with counting_proxy(estate.server.endpoint) as proxy:
        proxy.throttle = partial(lambda chance: chance.random() < 0.5, random.Random(16))
        proxy.arm(0, 0)
        completed = platform.catalog("publish", "slowed-book", AWS_ENDPOINT_URL=proxy.endpoint)

    assert completed.returncode == 0, completed.stderr
    assert proxy.throttled >= len(proxy.calls) / 3
    assert [version for version, *_ in estate.product("slowed-book")["versions"]] == ["1.0.0"]


@pytest.mark.slow  # a publisher is killed a dozen times
def test_after_a_kill_at_any_call_the_next_publish_finishes_without_duplicates(platform, estate):
    """Each round publishes another product; its publisher is killed after the n-th call, before the response."""
    names = [f"killed-book-{number}" for number in range(17)]
    platform.add_products(*names)
    platform.release_products(*names)
    platform.catalog("check")
    expected = _finished(platform, estate, names[0])
    with counting_proxy(estate.server.endpoint) as deadly:
        for number, name in enumerate(names[1:], 1):
            publisher = platform.start("publish", name, AWS_ENDPOINT_URL=deadly.endpoint)
            deadly.arm(number, publisher.pid)
            publisher.communicate()
            if publisher.returncode == 0:
                break
            assert publisher.returncode == -9
            assert _finished(platform, estate, name) == expected, f"killed after {deadly.calls[-1]}"
    assert (publisher.returncode, number) == (0, len(deadly.calls) + 1)
    assert len(_writes(deadly.calls)) >= 7


def _finished(platform, estate, name):
    completed = platform.catalog("publish", name)
    assert completed.returncode == 0, completed.stderr
    return _comparable(estate.product(name), name)


def _comparable(product, name):
    """The product without its name and everything derived from the name, so that products can be compared."""
    summary = {key: value for key, value in product["summary"].items() if key not in ("Name", "Distributor")}
    versions = [(version, active) for version, _, active in product["versions"]]
    marked = product["summary"].get("Distributor", "").startswith("ml-platform, release ")
    constraints = [constraint.replace(name, "NAME") for constraint in product["constraints"]]
    return {
        "summary": summary,
        "versions": versions,
        "marked": marked,
        "constraints": constraints,
        "in": product["portfolios"],
    }


@pytest.mark.parametrize("edited", ["the hub", "the bucket", "the launch role", "the portfolio"])
def test_verify_finds_changes_made_without_the_catalogue(platform, estate, edited):
    name = f"verified-{edited.split()[-1]}"
    platform.add_products(name)
    platform.catalog("publish", name)
    before = platform.catalog("verify", name)
    estate.tamper(name, edited)

    after = platform.catalog("verify", name, "--json")

    assert (before.returncode, after.returncode) == (0, 2), before.stdout + after.stderr
    [finding] = json.loads(after.stdout)
    assert {
        "the hub": "another digest",
        "the bucket": "the release bucket holds other content",
        "the launch role": "launched under",
        "the portfolio": "not in portfolio",
    }[edited] in finding["message"]


def test_a_thorough_publish_repairs_what_verify_found(platform, estate):
    platform.add_products("mended-book")
    platform.catalog("publish", "mended-book")
    before = estate.product("mended-book")
    estate.tamper("mended-book", "the portfolio")

    completed = platform.catalog("publish", "mended-book", "--thorough")

    assert completed.returncode == 0, completed.stderr
    assert estate.product("mended-book") == before


def test_a_product_for_studio_is_tagged_and_stored_where_studio_reads_it(platform, estate):
    platform.add_products("shown-book")
    file = platform.path("products/shown_book/product.yaml")
    file.write_text(file.read_text() + "visible_in_studio: true\n")
    platform.catalog("launch-policy", "shown-book")
    platform.render("shown-book")

    completed = platform.catalog("publish", "shown-book")

    assert completed.returncode == 0, completed.stderr
    tags = estate.catalog.describe_product_as_admin(Name="shown-book")["Tags"]
    assert {"Key": "sagemaker:studio-visibility", "Value": "true"} in tags
    s3, location = estate.aws("s3", HUB_ACCOUNT), {"Bucket": BUCKET, "Key": "studio/shown-book-1.0.0.yml"}
    assert s3.get_object_tagging(**location)["TagSet"] == [{"Key": "sagemaker:studio-visibility", "Value": "true"}]
    template = platform.path("products/shown_book/versions/1.0.0.json").read_bytes()
    assert s3.get_object(**location)["Body"].read() == template, "both forms are the same template"

    file.write_text(file.read_text().replace("visible_in_studio: true\n", ""))
    assert platform.catalog("publish", "shown-book").returncode == 0
    tags = estate.catalog.describe_product_as_admin(Name="shown-book")["Tags"]
    assert "sagemaker:studio-visibility" not in {tag["Key"] for tag in tags}
