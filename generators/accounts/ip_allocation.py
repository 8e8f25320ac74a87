"""Which team has which addresses: found once, then kept for good. Pure, except for reading and writing the book."""

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
_TWO_REGIONS = 20  # prefix length: a sixteenth of it is an account's network in the second region
Allocations = Mapping[str, IPv4Network]  # team -> block
_HEAD = """\
# yaml-language-server: $schema=../generators/config/schemas/ip_allocations.schema.json
# The permanent address block of each team. `make vend` appends, `make decommission` removes; commit the change.
"""


def read(root: Path) -> Allocations:
    """terraform/ip_allocations.yaml; UserError when a block is none or is given twice."""
    file, document = validation.read(root / FILE, root, IpAllocationsFile)
    book = validation.map_values(lambda team, text: _network(text, document.where((team,))), file.root)
    clashes = [
        f"{document.where((second,))}: {second} {book[second]} overlaps {first} {book[first]}; two branches were given"
        " addresses at the same time: take out the line that was merged last and run `make vend` again"
        for first, second in combinations(book, 2)
        if book[first].overlaps(book[second])
    ]
    if clashes:
        raise UserError(clashes)
    return book


def write(root: Path, book: Allocations) -> bool:
    """Write the book and say whether it changed."""
    text = _HEAD + "".join(f"{team}: {block}\n" for team, block in book.items())
    path = root / FILE
    if path.read_text(encoding="utf-8") == text:
        return False
    write_atomically(path, text.encode())
    return True


def allocate(pool: IPv4Network, size: int, teams: Iterable[Team], book: Allocations) -> Allocations:
    """The book with a block for every team; entries that are there never move.

    A block that a team names comes first, so that nobody is given what another asks for. UserError with every
    problem: a block outside of the pool, one that overlaps another's, one that moved, a pool without room.
    """
    wanted = sorted(teams, key=lambda team: not team.cidr_block)
    grown, problems = dict(book), list[str]()
    for team in wanted:
        try:
            grown[team.name] = _block(pool, size, team, grown)
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)
    return grown


def part(block: IPv4Network, position: int, region: int = 0) -> IPv4Network:
    """An account's quarter of its team's block, by the position of its environment.

    The last quarter is the second region's: there each account has a quarter of that quarter, so that nothing moves
    when a team gets its second region.
    """
    quarters = list(block.subnets(prefixlen_diff=2))
    return quarters[position] if region == 0 else list(quarters[-1].subnets(prefixlen_diff=2))[position]


def _block(pool: IPv4Network, size: int, team: Team, book: Allocations) -> IPv4Network:
    """The team's block: what it has, what it asks for, or a free one."""
    where, known = team.cidr_location, book.get(team.name)
    block = _asked(pool, team, book) if team.cidr_block else known
    if known and (block != known or team.prefix_length not in (0, known.prefixlen)):
        raise UserError(
            f"{where}: {team.name} has {known} for good ({FILE}); networks do not move: write `cidr_block: {known}`"
        )
    block = block or _free(pool, team.prefix_length or size, book, where)
    if len(team.regions) > 1 and block.prefixlen > _TWO_REGIONS:
        raise UserError(f"{where}: {block} is too small for two regions; ask for a /{_TWO_REGIONS} or a wider one")
    return block


def _asked(pool: IPv4Network, team: Team, book: Allocations) -> IPv4Network:
    """The block that the team file names; UserError unless it lies free in the pool, or is the team's already."""
    where, asked = team.cidr_location, _network(team.cidr_block, team.cidr_location)
    if not asked.subnet_of(pool):
        raise UserError(f"{where}: {asked} is not in the platform's pool {pool}; leave the key out to be given one")
    taken = [f"{other} has {block}" for other, block in book.items() if other != team.name and block.overlaps(asked)]
    if taken:
        raise UserError(
            f"{where}: {asked} overlaps, {', '.join(taken)} ({FILE}); leave the key out to be given a free block"
        )
    return asked


def _free(pool: IPv4Network, size: int, book: Allocations, where: str) -> IPv4Network:
    """The lowest aligned gap of the pool that is wide enough."""
    step, at = 1 << (32 - size), int(pool.network_address)
    for taken in sorted(book.values()):
        if at + step <= int(taken.network_address):
            break
        at = max(at, -(-(int(taken.broadcast_address) + 1) // step) * step)
    if at + step > int(pool.broadcast_address) + 1:
        raise UserError(
            f"{where}: the pool {pool} has no /{size} left; ask for less or widen ip_allocation.pool_cidr"
            " (platform.yaml)"
        )
    return IPv4Network((at, size))


def _network(text: str, where: str) -> IPv4Network:
    try:
        return IPv4Network(text)
    except ValueError as error:
        raise UserError(f"{where}: {error}; write an address block such as 10.20.0.0/20") from None
