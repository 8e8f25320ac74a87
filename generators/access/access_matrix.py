"""The access matrix: each row of terraform/matrix.yaml is decided for every role, by all its policies. Reads files.

The roles are those of terraform/roles.yaml and one more: a product role that is allowed every action, so that only its
permissions boundary and the service control policies limit it.
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
from generators.config.yaml_reader import Document, Location
from generators.errors import UserError, did_you_mean
from generators.iam import policy_lint
from generators.iam.authorization import Documents, Policies, Verdict, authorize
from generators.iam.evaluation import AuthorizationRequest, Context

FILE = Path("terraform/matrix.yaml")
ACCOUNT, REGION = "111122223333", "eu-west-2"  # an example account; the decisions are the same in every account
PRODUCT_ROLE = "product-role"
USER = "alice"  # the session tag `owner` of every request
_ALLOW_ALL = {"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass(frozen=True, slots=True)
class AccessRule:
    """A row of the matrix: a request, and the roles that are allowed to make it."""

    name: str
    controls: tuple[int, ...]
    action: str
    resource: str
    context: Mapping[str, str]
    allowed_roles: frozenset[str]
    location: str  # file:line


@dataclass(frozen=True, slots=True)
class AccountPolicies:
    """The roles, service control policies and access rules of an example account."""

    roles: Roles
    service_control_policies: tuple[str, ...]
    rules: tuple[AccessRule, ...] = field(default=())

    def policies(
        self, role: Role, resource: Documents | None = None, *, requires_resource_policy: bool = False
    ) -> Policies:
        """The policies that apply to a session of the role; `resource` is the resource-based policy."""
        boundary = (self.roles.boundary_document,) if role.bounded else None
        scps = (self.service_control_policies,) if self.service_control_policies else ()
        return Policies((role.document,), boundary, service_control_policies=scps, resource=resource,
                        requires_resource_policy=requires_resource_policy)  # fmt: skip


def example_values(root: Path) -> Mapping[str, str]:
    """The example account's values for the placeholders of roles.yaml and matrix.yaml."""
    return MappingProxyType({
        "name_prefix": platform.read(root).name_prefix,
        "account_id": ACCOUNT,
        "hub_id": "444455556666",
        "region": REGION,
        "data_key_arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
        "operator_role": service_control_policies.OPERATOR,
        "saml_provider": "bank",
        "management_id": "777788889999",
        "requester": "nobody",  # no break-glass access is open: Terraform writes this name and the first second of 1970
        "from": "1970-01-01T00:00:00Z",
        "until": "1970-01-01T00:00:01Z",
    })  # fmt: skip


def read(root: Path) -> AccountPolicies:
    """The example account with its access rules; UserError with every problem of both files."""
    values = example_values(root)
    declared = roles.read(root, values)
    description = "A product's role with every permission that its boundary allows"
    product_role = Role(PRODUCT_ROLE, description, "product", "", (), (_ALLOW_ALL,), (), bounded=True)
    all_roles = Roles((*declared.all, product_role), declared.boundary)
    file, document = validation.read(root / FILE, root, MatrixFile)
    if invalid := list(_file_problems(file, document, all_roles, with_evidence(root, "policy"))):
        raise UserError(invalid)
    scps = service_control_policies.team_account_scps(
        root, service_control_policies.template_values(values["name_prefix"], "mlops-logs", (REGION,))
    )
    return AccountPolicies(all_roles, scps, tuple(_rules(file, document, values)))


def _rules(file: MatrixFile, document: Document, values: Mapping[str, str]) -> Iterator[AccessRule]:
    for index, row in enumerate(file.root):
        resource = roles.substitute(row.resource, values)
        context = {key: roles.substitute(value, values) for key, value in row.context.items()}
        allowed, location = frozenset(row.allowed_roles), document.where((index,))
        yield AccessRule(row.description, tuple(row.controls), row.action, resource, context, allowed, location)


def decide(account: AccountPolicies, role: Role, rule: AccessRule) -> Verdict:
    """Whether the role is allowed the request of the rule, with the reason for a refusal."""
    return authorize(authorization_request(role, rule.action, rule.resource, rule.context), account.policies(role))


def authorization_request(role: Role, action: str, resource: str, context: Mapping[str, str]) -> AuthorizationRequest:
    """A request of a session of the role. A condition key that is not given is absent from the request."""
    principal = role_arn(role.name)
    keys = {"aws:RequestedRegion": REGION, "aws:PrincipalArn": principal, "aws:PrincipalTag/owner": USER, **context}
    values = Context({key.lower(): (value,) for key, value in keys.items()})
    return AuthorizationRequest(action, resource, values, {"AWS": (principal,)}, ACCOUNT)


def role_arn(name: str) -> str:
    """The ARN of a role of the example account."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def problems(account: AccountPolicies) -> Iterator[str]:
    """Every cell whose decision differs from matrix.yaml, as `file:line: sentence`."""
    yield from (sentence for sentence, _ in mismatches(account))


def mismatches(account: AccountPolicies) -> Iterator[tuple[str, AccessRule]]:
    """Every cell whose decision differs from matrix.yaml, as a sentence and its access rule."""
    for rule in account.rules:
        for role in account.roles.all:
            verdict = decide(account, role, rule)
            if verdict.allowed != (role.name in rule.allowed_roles):
                decision = "may" if verdict.allowed else f"may not ({verdict.reason})"
                message = f"{rule.name}: {role.name} {decision}; correct roles.yaml, or the row if it should"
                yield f"{rule.location}: {message}", rule


def _file_problems(file: MatrixFile, document: Document, roles: Roles, controls: frozenset[int]) -> Iterator[str]:
    names = [role.name for role in roles.all]
    for index, row in enumerate(file.root):
        checks: list[tuple[Location, str]] = [(("action",), policy_lint.action_problem(row.action))]
        checks += [(("context", key), policy_lint.condition_key_problem(key)) for key in row.context]
        yield from (f"{document.where((index, *path))}: {problem}" for path, problem in checks if problem)
        for position, number in enumerate(row.controls):
            if number not in controls:
                where = document.where((index, "controls", position))
                yield f"{where}: control {number} is not proven by policy; name one that is, or correct {CONTROLS}"
        for position, name in enumerate(row.allowed_roles):
            if name not in names:
                where = document.where((index, "allowed_roles", position))
                yield f"{where}: unknown role '{name}'; {did_you_mean(name, names)}"
