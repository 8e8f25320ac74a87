"""Blocks of addresses: nobody's overlaps another's, none ever moves, and what cannot be given is told by name."""

from ipaddress import IPv4Network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.accounts import ip_allocation
from generators.accounts.teams import Team
from generators.errors import UserError

POOL = IPv4Network("10.20.0.0/14")
SMALL = IPv4Network("10.20.0.0/19")
sizes = st.integers(19, 22)  # twelve of the widest fit in the pool, whatever gaps there are
wishes = st.dictionaries(st.sampled_from([f"team-{n}" for n in range(12)]), sizes, max_size=12)


def team(name, block="", size=0, regions=("eu-west-2",)):
    """A team that asks for addresses; everything else is of no matter here."""
    place = f"terraform/accounts/{name}.yaml:5"
    common = {"place": place, "owner": "", "cost_centre": "", "portfolios": (), "budget": 1, "people": {}}
    asked = {"cidr_block": block, "prefix_length": size, "cidr_location": place}
    return Team(name=name, regions=regions, **common, **asked)


def book(**blocks):
    return {name.replace("_", "-"): IPv4Network(block) for name, block in blocks.items()}


def allocate(*teams, pool=POOL, size=20, known=None):
    return ip_allocation.allocate(pool, size, teams, known or {})


def refused(*teams, **more):
    with pytest.raises(UserError) as caught:
        allocate(*teams, **more)
    return caught.value.problems


@given(first=wishes, later=wishes)
def test_nothing_overlaps_nothing_moves_and_everything_lies_in_the_pool(first, later):
    before = allocate(*(team(name, size=size) for name, size in first.items()))
    both = later | first
    after = allocate(*(team(name, size=size) for name, size in both.items()), known=before)

    assert {name: after[name] for name in before} == before
    assert {name: block.prefixlen for name, block in after.items()} == both
    assert all(block.subnet_of(POOL) for block in after.values())
    in_order = sorted(after.values())
    assert all(low.broadcast_address < high.network_address for low, high in pairwise(in_order))


@given(wanted=wishes, gone=st.sets(st.sampled_from([f"team-{n}" for n in range(12)])))
def test_a_team_without_its_file_keeps_its_block(wanted, gone):
    before = allocate(*(team(name, size=size) for name, size in wanted.items()))
    left = [team(name) for name in wanted if name not in gone]

    assert allocate(*left, team("new"), known=before).items() >= before.items()


@given(block=st.integers(14, 22).map(lambda size: next(iter(POOL.subnets(new_prefix=size)))), environments=st.just(3))
def test_accounts_of_both_regions_lie_apart_in_the_teams_block(block, environments):
    parts = [ip_allocation.part(block, position, region) for position in range(environments) for region in (0, 1)]

    assert all(part.subnet_of(block) for part in parts)
    in_order = sorted(parts)
    assert all(low.broadcast_address < high.network_address for low, high in pairwise(in_order))


def test_who_asks_for_none_is_given_the_platforms_size_from_the_lowest_gap():
    known = book(one="10.20.0.0/20", three="10.20.32.0/20")
    assert allocate(team("two"), known=known)["two"] == IPv4Network("10.20.16.0/20")


def test_a_block_that_is_named_is_not_given_to_who_names_none():
    given_out = allocate(team("any"), team("named", block="10.20.0.0/20"))
    assert given_out == book(named="10.20.0.0/20", any="10.20.16.0/20")


def test_every_problem_is_told_at_once_with_its_place():
    told = refused(team("far", block="10.99.0.0/20"), team("odd", block="10.20.0.1/20"), team("good"))
    assert [line.split(": ")[0] for line in told] == ["terraform/accounts/far.yaml:5", "terraform/accounts/odd.yaml:5"]


@pytest.mark.parametrize(
    ("asked", "known", "said"),
    [
        (team("a", block="10.20.0.0/21"), book(b="10.20.0.0/20"), "overlaps, b has 10.20.0.0/20"),
        (team("a", block="10.20.16.0/20"), book(a="10.20.0.0/20"), "write `cidr_block: 10.20.0.0/20`"),
        (team("a", size=18), book(a="10.20.0.0/20"), "networks do not move"),
        (team("a", block="10.99.0.0/20"), {}, "is not in the platform's pool 10.20.0.0/14"),
        (team("a", block="10.20.0.1/20"), {}, "has host bits set"),
        (team("a", size=22, regions=("eu-west-2", "eu-west-1")), {}, "too small for two regions; ask for a /20"),
    ],
)
def test_what_cannot_be_given_names_file_line_and_way_out(asked, known, said):
    [told] = refused(asked, known=known)
    assert told.startswith("terraform/accounts/a.yaml:5: ")
    assert said in told


def test_a_full_pool_is_told_and_smaller_requests_still_fit():
    known = book(one="10.20.0.0/20", two="10.20.16.0/21")
    [told] = refused(team("late"), pool=SMALL, known=known)
    assert "the pool 10.20.0.0/19 has no /20 left; ask for less or widen ip_allocation.pool_cidr" in told
    assert allocate(team("late", size=21), pool=SMALL, known=known)["late"] == IPv4Network("10.20.24.0/21")
