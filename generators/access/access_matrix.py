"""Every task for every role, decided by all policies together. Reads terraform/matrix.yaml and the policies.

The roles are those of terraform/roles.yaml and one more: a role that a product makes and that is given everything, so
that its boundary alone decides what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from generators.access import roles, service_control_policies
from generators.access.roles import Role, Roles
from generators.access.roles_schema import MatrixFile
from generators.config import platform, validation
from generators.config.controls import FILE as CONTROLS
from generators.config.controls import with_evidence
from generators.config.yaml_reader import Document
from generators.errors import UserError, did_you_mean
from generators.iam import policy_lint
from generators.iam.authorization import Documents, Policies, Verdict, authorize
from generators.iam.evaluation import AuthorizationRequest, Context

FILE = Path("terraform/matrix.yaml")
ACCOUNT, REGION = "111122223333", "eu-west-2"  # of an example that stands for every account
PRODUCT_ROLE = "product-role"
PERSON = "alice"  # whoever signs in


@dataclass(frozen=True, slots=True)
class AccessRule:
    """A row: what is asked, and the roles that may."""

    name: str
    controls: tuple[int, ...]
    action: str
    resource: str
    context: Mapping[str, str]
    allowed_roles: frozenset[str]
    place: str  # file:line


@dataclass(frozen=True, slots=True)
class AccountPolicies:
    """An example account with everything that counts in it."""

    roles: Roles
    control: tuple[str, ...]
    tasks: tuple[AccessRule, ...] = field(default=())

    def policies(self, role: Role, resource: Documents | None = None, *, guarded: bool = False) -> Policies:
        """What counts for a session of the role; `resource` is the policy of what it is about."""
        boundary = (roles.document(self.roles.boundary),) if role.bounded else None
        over = (self.control,) if self.control else ()
        return Policies((role.document,), boundary, service_control_policies=over, resource=resource,
                        requires_resource_policy=guarded)  # fmt: skip


def words(root: Path) -> Mapping[str, str]:
    """The example account's values."""
    facts = platform.read(root)
    return MappingProxyType({
        "name_prefix": facts.name_prefix,
        "account_id": ACCOUNT,
        "hub_id": "444455556666",
        "region": REGION,
        "data_key_arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
        "operator_role": service_control_policies.OPERATOR,
        "saml_provider": "bank",
        "management_id": "777788889999",
        "requester": "nobody",  # who has a window; closed, it is nobody's and of the first second of 1970
        "from": "1970-01-01T00:00:00Z",
        "until": "1970-01-01T00:00:01Z",
    })  # fmt: skip


def read(root: Path) -> AccountPolicies:
    """The example account with its tasks; UserError with every problem of either file."""
    given = words(root)
    declared = roles.read(root, given)
    product_role = Role(PRODUCT_ROLE, "A product's role with every permission that its boundary allows", "product", "",
                        (), (_EVERYTHING,), (), bounded=True)  # fmt: skip
    known_roles = Roles((*declared.all, product_role), declared.boundary)
    file, document = validation.read(root / FILE, root, MatrixFile)
    problems = list(_problems(file, document, known_roles, with_evidence(root, "policy")))
    if problems:
        raise UserError(problems)
    tasks = tuple(
        AccessRule(row.description, tuple(row.controls), row.action, roles.replaced(row.resource, given),
             {key: roles.replaced(value, given) for key, value in row.context.items()}, frozenset(row.allowed_roles),
             document.where((index,)))
        for index, row in enumerate(file.root)
    )  # fmt: skip
    over = service_control_policies.team_account_scps(
        root, service_control_policies.words(given["name_prefix"], "mlops-logs", (REGION,))
    )
    return AccountPolicies(known_roles, over, tasks)


def decide(account: AccountPolicies, role: Role, task: AccessRule) -> Verdict:
    """Whether the role may, and why not."""
    return authorize(asked(role, task.action, task.resource, task.context), account.policies(role))


def asked(role: Role, action: str, resource: str, keys: Mapping[str, str]) -> AuthorizationRequest:
    """What a session of the role asks. Every key that is not sent is absent."""
    own = arn(role.name)
    sent = {"aws:RequestedRegion": REGION, "aws:PrincipalArn": own, "aws:PrincipalTag/owner": PERSON, **keys}
    seen = Context({key.lower(): (value,) for key, value in sent.items()})
    return AuthorizationRequest(action, resource, seen, {"AWS": (own,)}, ACCOUNT)


def arn(role: str) -> str:
    """The ARN of a role of the account by its name."""
    return f"arn:aws:iam::{ACCOUNT}:role/{role}"


def wrong(account: AccountPolicies) -> Iterator[str]:
    """Every cell that is decided otherwise than the file says, as `file:line: what`."""
    yield from (sentence for sentence, _ in differing(account))


def differing(account: AccountPolicies) -> Iterator[tuple[str, AccessRule]]:
    """The same with the row that each is of."""
    for task in account.tasks:
        for role in account.roles.all:
            verdict = decide(account, role, task)
            if verdict.allowed != (role.name in task.allowed_roles):
                said = "may" if verdict.allowed else f"may not ({verdict.reason})"
                told = f"{task.name}: {role.name} {said}; correct roles.yaml, or the row if it should"
                yield f"{task.place}: {told}", task


_EVERYTHING = {"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}


def _problems(file: MatrixFile, document: Document, roles: Roles, controls: frozenset[int]) -> Iterator[str]:
    names = [role.name for role in roles.all]
    for index, row in enumerate(file.root):
        yield from (
            f"{document.where((index, 'action'))}: {it}" for it in [policy_lint.action_problem(row.action)] if it
        )
        for key in row.context:
            yield from (
                f"{document.where((index, 'context', key))}: {it}"
                for it in [policy_lint.condition_key_problem(key)]
                if it
            )
        for place, number in enumerate(row.controls):
            if number not in controls:
                where = document.where((index, "controls", place))
                yield f"{where}: control {number} is not proven by policy; name one that is, or correct {CONTROLS}"
        for place, name in enumerate(row.allowed_roles):
            if name not in names:
                where = document.where((index, "allowed_roles", place))
                yield f"{where}: unknown role '{name}'; {did_you_mean(name, names)}"
