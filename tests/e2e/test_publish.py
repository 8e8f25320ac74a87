"""Publishing to a real hub on the embedded AWS: what is there afterwards, and what is never written."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import BUCKET, HUB_ACCOUNT
from tests.e2e.counting import door

WRITES = ("Create", "Update", "Associate", "PUT")


def _writes(calls):
    return [call for call in calls if call.startswith(WRITES)]


@pytest.mark.control(38)
def test_publishing_makes_product_version_portfolio_and_launch_role(platform, world):
    platform.publishes("first-book")

    done = platform.catalog("publish", "first-book")

    assert done.returncode == 0, done.stderr
    held = world.product("first-book")
    digest = platform.path("products/first_book/versions/SHA256SUMS").read_text().split()[0]
    assert held["versions"] == [("1.0.0", f"sha256:{digest} The first version.", True)]
    assert held["portfolios"] == ["data-science"]
    assert held["constraints"] == [json.dumps({"LocalRoleName": "launch-first-book"})]
    assert held["words"]["ShortDescription"] == "Note book: A place for notes"


def test_a_second_publish_writes_nothing_and_says_so(platform, world):
    platform.publishes("twice-book")
    platform.catalog("publish", "twice-book")

    with door(world.server.endpoint) as counting:
        counting.arm(0, 0)
        again = platform.catalog("publish", "twice-book", AWS_ENDPOINT_URL=counting.endpoint)

    assert (again.returncode, _writes(counting.calls)) == (0, [])
    assert "nothing to do" in again.stdout


def test_a_plan_shows_the_actions_and_writes_nothing(platform, world):
    platform.publishes("planned-book")

    with door(world.server.endpoint) as counting:
        counting.arm(0, 0)
        planned = platform.catalog("plan", "planned-book", "--json", AWS_ENDPOINT_URL=counting.endpoint)
        shown = platform.catalog("publish", "planned-book", "--plan", AWS_ENDPOINT_URL=counting.endpoint)

    assert _writes(counting.calls) == []
    assert [it["action"] for it in json.loads(planned.stdout)] == [
        "CreateProduct",
        "AttachToPortfolio",
        "SetLaunchRole",
        "Mark",
    ]
    assert "create product planned-book with version 1.0.0" in shown.stdout


@pytest.mark.control(45)
def test_a_new_version_is_added_and_the_old_one_stays(platform, world):
    platform.publishes("grown-book")
    platform.catalog("publish", "grown-book")
    platform.release_of("grown-book")

    done = platform.catalog("publish", "grown-book", "--json")

    assert [it["action"] for it in json.loads(done.stdout)] == ["AddVersion", "Mark"]
    assert [version for version, *_ in world.product("grown-book")["versions"]] == ["1.0.0", "1.1.0"]


def test_every_frozen_version_is_published_to_an_empty_hub(platform, world):
    platform.publishes("late-book")
    platform.release_of("late-book")

    platform.catalog("publish", "late-book")

    assert [version for version, *_ in world.product("late-book")["versions"]] == ["1.0.0", "1.1.0"]


def test_other_words_change_the_product_in_place(platform, world):
    folder = platform.publishes("worded-book")
    platform.catalog("publish", "worded-book")
    platform.edit(f"{folder}/product.yaml", "A place for notes", "A place for thoughts")

    done = platform.catalog("publish", "worded-book", "--json")

    assert [it["action"] for it in json.loads(done.stdout)] == ["UpdateProduct", "Mark"]
    assert world.product("worded-book")["words"]["ShortDescription"] == "Note book: A place for thoughts"


def test_two_publishers_at_once_give_one_result(platform, world):
    platform.publishes("raced-book")
    platform.release_of("raced-book")
    platform.catalog("check", "raced-book")

    racers = [platform.start("publish", "raced-book") for _ in range(2)]
    ends = [(*racer.communicate(), racer.returncode) for racer in racers]

    assert [code for *_, code in ends] == [0, 0], ends
    held = world.product("raced-book")
    assert [version for version, *_ in held["versions"]] == ["1.0.0", "1.1.0"]
    assert (len(held["portfolios"]), len(held["constraints"])) == (1, 1)


@pytest.mark.slow  # a publisher is killed a dozen times
def test_after_a_kill_at_any_call_the_next_publish_finishes_without_duplicates(platform, world):
    """Each round publishes a product of its own; its publisher dies after AWS did the n-th call and before it hears."""
    names = [f"killed-book-{number}" for number in range(17)]
    platform.publishes(*names)
    platform.release_of(*names)
    platform.catalog("check")
    expected = _finished(platform, world, names[0])
    with door(world.server.endpoint) as deadly:
        for number, name in enumerate(names[1:], 1):
            publisher = platform.start("publish", name, AWS_ENDPOINT_URL=deadly.endpoint)
            deadly.arm(number, publisher.pid)
            publisher.communicate()
            if publisher.returncode == 0:
                break
            assert publisher.returncode == -9
            assert _finished(platform, world, name) == expected, f"killed after {deadly.calls[-1]}"
    assert (publisher.returncode, number) == (0, len(deadly.calls) + 1)
    assert len(_writes(deadly.calls)) >= 7


def _finished(platform, world, name):
    done = platform.catalog("publish", name)
    assert done.returncode == 0, done.stderr
    return _plain(world.product(name), name)


def _plain(held, name):
    """Without what differs between products that are otherwise the same: the name and all that is derived from it."""
    words = {key: value for key, value in held["words"].items() if key not in ("Name", "Distributor")}
    versions = [(version, active) for version, _, active in held["versions"]]
    marked = held["words"].get("Distributor", "").startswith("ml-platform, release ")
    constraints = [it.replace(name, "NAME") for it in held["constraints"]]
    return {
        "words": words,
        "versions": versions,
        "marked": marked,
        "constraints": constraints,
        "in": held["portfolios"],
    }


@pytest.mark.parametrize("edited", ["the hub", "the bucket", "the launch role", "the portfolio"])
def test_verify_finds_what_was_changed_behind_the_catalogue(platform, world, edited):
    name = f"verified-{edited.split()[-1]}"
    platform.publishes(name)
    platform.catalog("publish", name)
    before = platform.catalog("verify", name)
    world.spoil(name, edited)

    after = platform.catalog("verify", name, "--json")

    assert (before.returncode, after.returncode) == (0, 2), before.stdout + after.stderr
    [finding] = json.loads(after.stdout)
    assert {
        "the hub": "another digest",
        "the bucket": "the release bucket holds other content",
        "the launch role": "launched under",
        "the portfolio": "not in portfolio",
    }[edited] in finding["message"]


def test_a_thorough_publish_repairs_what_verify_found(platform, world):
    platform.publishes("mended-book")
    platform.catalog("publish", "mended-book")
    whole = world.product("mended-book")
    world.spoil("mended-book", "the portfolio")

    done = platform.catalog("publish", "mended-book", "--thorough")

    assert done.returncode == 0, done.stderr
    assert world.product("mended-book") == whole


def test_a_product_for_studio_is_tagged_and_lies_where_studio_looks(platform, world):
    platform.publishes("shown-book")
    file = platform.path("products/shown_book/product.yaml")
    file.write_text(file.read_text() + "visible_in_studio: true\n")
    platform.catalog("launch-policy", "shown-book")
    platform.renders("shown-book")

    done = platform.catalog("publish", "shown-book")

    assert done.returncode == 0, done.stderr
    tags = world.catalog.describe_product_as_admin(Name="shown-book")["Tags"]
    assert {"Key": "sagemaker:studio-visibility", "Value": "true"} in tags
    s3, place = world.aws("s3", HUB_ACCOUNT), {"Bucket": BUCKET, "Key": "studio/shown-book-1.0.0.yml"}
    assert s3.get_object_tagging(**place)["TagSet"] == [{"Key": "sagemaker:studio-visibility", "Value": "true"}]
    template = platform.path("products/shown_book/versions/1.0.0.json").read_bytes()
    assert s3.get_object(**place)["Body"].read() == template, "both forms are the same template"

    file.write_text(file.read_text().replace("visible_in_studio: true\n", ""))
    assert platform.catalog("publish", "shown-book").returncode == 0
    tags = world.catalog.describe_product_as_admin(Name="shown-book")["Tags"]
    assert "sagemaker:studio-visibility" not in {it["Key"] for it in tags}
