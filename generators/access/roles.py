"""The roles of terraform/roles.yaml with their policies. Reads that file, and platform.yaml for portfolio names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from generators.access.roles_schema import ExecutionRoleFile, RolesFile, StatementFile, TrustFile
from generators.config import platform, validation
from generators.config.yaml_reader import Document, Location
from generators.errors import UserError, did_you_mean
from generators.iam import policy_lint

FILE = Path("terraform/roles.yaml")
PERSONAS = ("platform-support-engineer", "platform-fix-engineer", "technical-lead", "developer", "model-approver")
Statement = Mapping[str, Any]
Policies = Mapping[str, list[Statement]]
_STUDIO: Statement = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "sagemaker.amazonaws.com"},
}
_PLACEHOLDER = re.compile(r"(?<!\$)\$\{(\w+)\}|\$(\$\{)")  # ${name}, or $${ for a literal ${


@dataclass(frozen=True)
class Role:
    """An IAM role of an account; the placeholders of its statements are filled in."""

    name: str
    description: str
    kind: str  # persona, execution role, product, product role or service role
    persona: str  # persona of an execution role; a persona's own name
    policies: tuple[str, ...]
    statements: tuple[Statement, ...]
    trust: tuple[Statement, ...]
    bounded: bool = False  # has the permissions boundary
    portfolios: tuple[str, ...] = ()  # portfolios that it may launch from
    requires_break_glass: bool = False
    workloads: tuple[str, ...] = ()  # ARNs of builds, functions and pipelines that run as the role
    code_locations: tuple[str, ...] = ()  # ARNs of repositories and objects that hold the workloads' commands

    @cached_property
    def document(self) -> str:
        """The permissions policy as JSON."""
        return document(self.statements)


@dataclass(frozen=True)
class Roles:
    """All roles of an account, and the permissions boundary of those that are bounded."""

    all: tuple[Role, ...]
    boundary: tuple[Statement, ...]

    @cached_property
    def boundary_document(self) -> str:
        """The permissions boundary as JSON."""
        return document(self.boundary)

    def __getitem__(self, name: str) -> Role:
        return next(role for role in self.all if role.name == name)


def document(statements: tuple[Statement, ...]) -> str:
    """A policy document of these statements, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def read(root: Path, values: Mapping[str, str], sign_in: str = "identity-center") -> Roles:
    """The roles with their placeholders filled in, trusted for one way of sign-in; UserError with every problem."""
    file, source = validation.read(root / FILE, root, RolesFile)
    values = {**values, "persona": ""}
    problems = [*_roles(file, source), *_statements(file, source, values)]
    problems += _portfolios(file, source, tuple(platform.read(root).portfolios))
    if problems:
        raise UserError(problems)
    policies = {
        name: [_filled(statement, values) for statement in statements] for name, statements in file.policies.items()
    }
    personas = _persona_roles(file, policies, values, sign_in)
    execution_roles = _execution_roles(file, policies)
    return Roles((*personas, *execution_roles), tuple(_filled(statement, values) for statement in file.boundary))


def _persona_roles(file: RolesFile, policies: Policies, values: Mapping[str, str], sign_in: str) -> Iterator[Role]:
    for name, persona in file.personas.items():
        statements, trust = _combined(policies, persona.policies), _trust(file, name, values, sign_in)
        yield Role(name, persona.description, "persona", name, tuple(persona.policies), statements, trust,
                   portfolios=tuple(persona.portfolios), requires_break_glass=persona.requires_break_glass)  # fmt: skip


def _execution_roles(file: RolesFile, policies: Policies) -> Iterator[Role]:
    for name, role in file.execution_roles.items():
        statements, description = _combined(policies, role.policies), f"Runs Studio for profiles of type {name}"
        yield Role(f"studio-{name}", description, "execution role", role.persona, tuple(role.policies), statements,
                   (_STUDIO,), bounded=True)  # fmt: skip


def _combined(policies: Policies, names: list[str]) -> tuple[Statement, ...]:
    return tuple(statement for name in names for statement in policies[name])


def _trust(file: RolesFile, persona: str, values: Mapping[str, str], sign_in: str) -> tuple[Statement, ...]:
    trusts = file.sign_in
    federation = trusts.saml if sign_in == "saml" else trusts.identity_center
    break_glass = file.personas[persona].requires_break_glass
    statements = (trusts.break_glass,) if break_glass else (trusts.operator, federation)
    return tuple(_filled(statement, {**values, "persona": persona}) for statement in statements)


def _filled(statement: StatementFile | TrustFile, values: Mapping[str, str]) -> Statement:
    return dict(json.loads(substitute(json.dumps(statement.model_dump(exclude_defaults=True)), values)))


def substitute(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, as Terraform's templatefile does it."""
    return _PLACEHOLDER.sub(lambda match: "${" if match[2] else values[match[1]], text)


def _roles(file: RolesFile, source: Document) -> Iterator[str]:
    yield from _personas(file, source)
    for kind, roles in (("personas", file.personas), ("execution_roles", file.execution_roles)):
        for name, role in roles.items():
            for index, policy in enumerate(role.policies):
                if policy not in file.policies:
                    where = source.where((kind, name, "policies", index))
                    yield f"{where}: unknown policy '{policy}'; {did_you_mean(policy, file.policies)}"
    for name, role in file.execution_roles.items():
        where = source.where(("execution_roles", name, "persona"))
        yield from (f"{where}: {problem}" for problem in [_exceeds(file, name, role)] if problem)


def _personas(file: RolesFile, source: Document) -> Iterator[str]:
    for name in file.personas:
        if name not in PERSONAS:
            yield f"{source.where(('personas', name))}: unknown persona '{name}'; {did_you_mean(name, PERSONAS)}"
    for name in PERSONAS:
        if name not in file.personas:
            yield f"{source.where(('personas',))}: the persona {name} is missing; there are five, exactly five"


def _portfolios(file: RolesFile, source: Document, known_names: tuple[str, ...]) -> Iterator[str]:
    granted = {portfolio for persona in file.personas.values() for portfolio in persona.portfolios}
    for name, persona in file.personas.items():
        for index, portfolio in enumerate(persona.portfolios):
            if portfolio not in known_names:
                where = source.where(("personas", name, "portfolios", index))
                yield f"{where}: unknown portfolio '{portfolio}'; {did_you_mean(portfolio, known_names)}"
    for portfolio in known_names:
        if portfolio not in granted:
            where = source.where(("personas",))
            yield f"{where}: nobody may launch from the portfolio {portfolio}; name it under a persona's portfolios"


def _exceeds(file: RolesFile, name: str, role: ExecutionRoleFile) -> str:
    persona = file.personas.get(role.persona)
    if persona is None:
        return f"unknown persona '{role.persona}'; {did_you_mean(role.persona, file.personas)}"
    extra = [policy for policy in role.policies if policy not in persona.policies]
    return (
        f"{name} would exceed its persona by {', '.join(extra)}; give them to {role.persona} as well" if extra else ""
    )


def _statements(file: RolesFile, source: Document, values: Mapping[str, str]) -> Iterator[str]:
    for location, statement in _located(file):
        for path, problem in _problems(statement, values):
            if problem:
                yield f"{source.where((*location, *path))}: {problem}"


def _located(file: RolesFile) -> Iterator[tuple[Location, StatementFile | TrustFile]]:
    """Every statement of the file with its location, boundary and trust first."""
    trusts = file.sign_in
    yield from _items(("boundary",), file.boundary)
    yield from _items(("break_glass_session_policy",), file.break_glass_session_policy)
    yield ("sign_in", "operator"), trusts.operator
    yield ("sign_in", "identity-center"), trusts.identity_center
    yield ("sign_in", "saml"), trusts.saml
    yield ("sign_in", "break_glass"), trusts.break_glass
    for name, statements in file.policies.items():
        yield from _items(("policies", name), statements)


def _items(path: Location, statements: list[StatementFile]) -> Iterator[tuple[Location, StatementFile]]:
    yield from (((*path, index), statement) for index, statement in enumerate(statements))


def _problems(statement: StatementFile | TrustFile, values: Mapping[str, str]) -> Iterator[tuple[Location, str]]:
    resources = statement.Resource if isinstance(statement, StatementFile) else []  # a trust policy has none
    checks = (
        ("Action", policy_lint.action_problem, statement.Action),
        ("Resource", policy_lint.arn_problem, resources),
    )
    for element, check, texts in checks:
        for index, text in enumerate([texts] if isinstance(texts, str) else texts):
            location: Location = (element,) if isinstance(texts, str) else (element, index)
            missing = [match[1] for match in _PLACEHOLDER.finditer(text) if match[1] and match[1] not in values]
            unknown = [f"unknown value '{name}'; {did_you_mean(name, values)}" for name in missing]
            yield from ((location, problem) for problem in unknown or [check(substitute(text, values))])
    for name, keys in statement.Condition.items():
        yield ("Condition", name), policy_lint.operator_problem(name)
        yield from ((("Condition", name, key), policy_lint.condition_key_problem(key)) for key in keys)
