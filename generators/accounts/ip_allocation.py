"""IP allocation: each team gets one CIDR block and keeps it. Pure, except for reading and writing one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

from generators.accounts.team_schema import IpAllocationsFile
from generators.accounts.teams import Team
from generators.config import validation
from generators.config.files import write_atomically
from generators.errors import UserError

FILE = Path("terraform/ip_allocations.yaml")
_TWO_REGIONS = 20  # longest prefix with which a sixteenth of the block is large enough for the second region
Allocations = Mapping[str, IPv4Network]  # team -> CIDR block
_HEAD = """\
# yaml-language-server: $schema=../generators/config/schemas/ip_allocations.schema.json
# The permanent address block of each team. `make vend` appends, `make decommission` removes; commit the change.
"""


def read(root: Path) -> Allocations:
    """terraform/ip_allocations.yaml; UserError for an invalid block and for two blocks that overlap."""
    file, document = validation.read(root / FILE, root, IpAllocationsFile)
    allocations = validation.map_values(lambda team, text: _network(text, document.where((team,))), file.root)
    problems = [
        f"{document.where((second,))}: {second} {allocations[second]} overlaps {first} {allocations[first]}; two"
        " branches were given addresses at the same time: take out the line that was merged last and run `make vend`"
        " again"
        for first, second in combinations(allocations, 2)
        if allocations[first].overlaps(allocations[second])
    ]
    if problems:
        raise UserError(problems)
    return allocations


def write(root: Path, allocations: Allocations) -> bool:
    """Write the file; True when it changed."""
    text = _HEAD + "".join(f"{team}: {block}\n" for team, block in allocations.items())
    path = root / FILE
    if path.read_text(encoding="utf-8") == text:
        return False
    write_atomically(path, text.encode())
    return True


def allocate(pool: IPv4Network, prefix_length: int, teams: Iterable[Team], recorded: Allocations) -> Allocations:
    """The recorded allocations with a block for every team; a recorded block never changes.

    Teams that name a block are served first, so that no other team gets it. UserError with every problem: a block
    outside of the pool, an overlap, another block than the recorded one, a full pool.
    """
    allocations, problems = dict(recorded), list[str]()
    for team in sorted(teams, key=lambda team: not team.cidr_block):
        try:
            allocations[team.name] = _block(pool, prefix_length, team, allocations)
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)
    return allocations


def subnet(block: IPv4Network, position: int, region: int = 0) -> IPv4Network:
    """An account's quarter of its team's block, by the position of its environment.

    The last quarter is reserved for the second region, where each account gets a quarter of that quarter: no subnet
    changes when a team gets its second region.
    """
    quarters = list(block.subnets(prefixlen_diff=2))
    return quarters[position] if region == 0 else list(quarters[-1].subnets(prefixlen_diff=2))[position]


def _block(pool: IPv4Network, prefix_length: int, team: Team, allocations: Allocations) -> IPv4Network:
    """The team's block: the recorded one, the requested one, or a free one."""
    where, recorded = team.cidr_location, allocations.get(team.name)
    block = _requested_block(pool, team, allocations) if team.cidr_block else recorded
    if recorded and (block != recorded or team.prefix_length not in (0, recorded.prefixlen)):
        raise UserError(
            f"{where}: {team.name} has {recorded} for good ({FILE}); networks do not move:"
            f" write `cidr_block: {recorded}`"
        )
    block = block or _free_block(pool, team.prefix_length or prefix_length, allocations, where)
    if len(team.regions) > 1 and block.prefixlen > _TWO_REGIONS:
        raise UserError(f"{where}: {block} is too small for two regions; ask for a /{_TWO_REGIONS} or a wider one")
    return block


def _requested_block(pool: IPv4Network, team: Team, allocations: Allocations) -> IPv4Network:
    """The block that the team file names; UserError when it is outside of the pool or overlaps another team's."""
    where, block = team.cidr_location, _network(team.cidr_block, team.cidr_location)
    if not block.subnet_of(pool):
        raise UserError(f"{where}: {block} is not in the platform's pool {pool}; leave the key out to be given one")
    overlaps = [
        f"{name} has {other}" for name, other in allocations.items() if name != team.name and other.overlaps(block)
    ]
    if overlaps:
        raise UserError(
            f"{where}: {block} overlaps, {', '.join(overlaps)} ({FILE}); leave the key out to be given a free block"
        )
    return block


def _free_block(pool: IPv4Network, prefix_length: int, allocations: Allocations, where: str) -> IPv4Network:
    """The lowest aligned gap of the pool that is large enough."""
    size, start = 1 << (32 - prefix_length), int(pool.network_address)
    for block in sorted(allocations.values()):
        if start + size <= int(block.network_address):
            break
        start = max(start, -(-(int(block.broadcast_address) + 1) // size) * size)
    if start + size > int(pool.broadcast_address) + 1:
        raise UserError(
            f"{where}: the pool {pool} has no /{prefix_length} left; ask for less or widen ip_allocation.pool_cidr"
            " (platform.yaml)"
        )
    return IPv4Network((start, prefix_length))


def _network(text: str, where: str) -> IPv4Network:
    try:
        return IPv4Network(text)
    except ValueError as error:
        raise UserError(f"{where}: {error}; write an address block such as 10.20.0.0/20") from None
