"""CIDR blocks of teams: none overlaps, none ever changes, and an impossible request is refused with its location."""

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
sizes = st.integers(19, 22)  # the pool has room for twelve of the largest blocks, whatever gaps there are
requests = st.dictionaries(st.sampled_from([f"team-{n}" for n in range(12)]), sizes, max_size=12)


def team(name, block="", size=0, regions=("eu-west-2",)):
    """A team with a request for addresses and placeholders for the rest."""
    location = f"terraform/accounts/{name}.yaml:5"
    common = {"location": location, "owner": "", "cost_centre": "", "portfolios": (), "budget": 1, "people": {}}
    request = {"cidr_block": block, "prefix_length": size, "cidr_location": location}
    return Team(name=name, regions=regions, **common, **request)


def allocations(**blocks):
    return {name.replace("_", "-"): IPv4Network(block) for name, block in blocks.items()}


def allocate(*teams, pool=POOL, size=20, recorded=None):
    return ip_allocation.allocate(pool, size, teams, recorded or {})


def problems(*teams, **options):
    with pytest.raises(UserError) as caught:
        allocate(*teams, **options)
    return caught.value.problems


@given(first=requests, later=requests)
def test_blocks_of_the_pool_neither_overlap_nor_change(first, later):
    before = allocate(*(team(name, size=size) for name, size in first.items()))
    both = later | first
    after = allocate(*(team(name, size=size) for name, size in both.items()), recorded=before)

    assert {name: after[name] for name in before} == before
    assert {name: block.prefixlen for name, block in after.items()} == both
    assert all(block.subnet_of(POOL) for block in after.values())
    in_order = sorted(after.values())
    assert all(low.broadcast_address < high.network_address for low, high in pairwise(in_order))


@given(first=requests, removed=st.sets(st.sampled_from([f"team-{n}" for n in range(12)])))
def test_a_team_without_its_file_keeps_its_block(first, removed):
    before = allocate(*(team(name, size=size) for name, size in first.items()))
    others = [team(name) for name in first if name not in removed]

    assert allocate(*others, team("new"), recorded=before).items() >= before.items()


@given(block=st.integers(14, 22).map(lambda size: next(iter(POOL.subnets(new_prefix=size)))), environments=st.just(3))
def test_accounts_of_both_regions_have_separate_subnets_of_the_teams_block(block, environments):
    subnets = [ip_allocation.subnet(block, position, region) for position in range(environments) for region in (0, 1)]

    assert all(subnet.subnet_of(block) for subnet in subnets)
    in_order = sorted(subnets)
    assert all(low.broadcast_address < high.network_address for low, high in pairwise(in_order))


def test_a_team_without_a_request_gets_a_block_of_the_default_size_in_the_lowest_gap():
    recorded = allocations(one="10.20.0.0/20", three="10.20.32.0/20")
    assert allocate(team("two"), recorded=recorded)["two"] == IPv4Network("10.20.16.0/20")


def test_a_block_that_a_team_names_is_not_given_to_another_team():
    result = allocate(team("any"), team("named", block="10.20.0.0/20"))
    assert result == allocations(named="10.20.0.0/20", any="10.20.16.0/20")


def test_all_problems_are_reported_together_with_their_locations():
    lines = problems(team("far", block="10.99.0.0/20"), team("odd", block="10.20.0.1/20"), team("good"))
    assert [line.split(": ")[0] for line in lines] == ["terraform/accounts/far.yaml:5", "terraform/accounts/odd.yaml:5"]


@pytest.mark.parametrize(
    ("request_of", "recorded", "message"),
    [
        (team("a", block="10.20.0.0/21"), allocations(b="10.20.0.0/20"), "overlaps, b has 10.20.0.0/20"),
        (team("a", block="10.20.16.0/20"), allocations(a="10.20.0.0/20"), "write `cidr_block: 10.20.0.0/20`"),
        (team("a", size=18), allocations(a="10.20.0.0/20"), "networks do not move"),
        (team("a", block="10.99.0.0/20"), {}, "is not in the platform's pool 10.20.0.0/14"),
        (team("a", block="10.20.0.1/20"), {}, "has host bits set"),
        (team("a", size=22, regions=("eu-west-2", "eu-west-1")), {}, "too small for two regions; ask for a /20"),
    ],
)
def test_an_impossible_request_is_refused_with_file_line_and_fix(request_of, recorded, message):
    [problem] = problems(request_of, recorded=recorded)
    assert problem.startswith("terraform/accounts/a.yaml:5: ")
    assert message in problem


def test_a_full_pool_is_refused_and_a_smaller_request_succeeds():
    recorded = allocations(one="10.20.0.0/20", two="10.20.16.0/21")
    [problem] = problems(team("late"), pool=SMALL, recorded=recorded)
    assert "the pool 10.20.0.0/19 has no /20 left; ask for less or widen ip_allocation.pool_cidr" in problem
    assert allocate(team("late", size=21), pool=SMALL, recorded=recorded)["late"] == IPv4Network("10.20.24.0/21")
