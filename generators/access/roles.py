"""terraform/roles.yaml as roles with policies. Reads that file, and platform.yaml for the names of portfolios."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
_STUDIO: Statement = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "sagemaker.amazonaws.com"},
}
_WORD = re.compile(r"(?<!\$)\$\{(\w+)\}|\$(\$\{)")


@dataclass(frozen=True, slots=True)
class Role:
    """A role as an account has it; statements are IAM's, with the account's values filled in."""

    name: str
    description: str
    kind: str  # persona or execution role
    persona: str  # an execution role's; a persona's own name
    policies: tuple[str, ...]
    statements: tuple[Statement, ...]
    trust: tuple[Statement, ...]
    bounded: bool = False
    portfolios: tuple[str, ...] = ()  # that it may launch from
    requires_break_glass: bool = False
    runs: tuple[str, ...] = ()  # ARNs of what works under it
    code: tuple[str, ...] = ()  # ARNs of repositories and objects that hold the commands of what works under it

    @property
    def document(self) -> str:
        """The policy as Terraform writes it."""
        return document(self.statements)


@dataclass(frozen=True, slots=True)
class Roles:
    """All roles of an account, and the boundary of those that are bounded."""

    all: tuple[Role, ...]
    boundary: tuple[Statement, ...]

    def __getitem__(self, name: str) -> Role:
        return next(role for role in self.all if role.name == name)


def document(statements: tuple[Statement, ...]) -> str:
    """A policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def read(root: Path, words: Mapping[str, str], by: str = "identity-center") -> Roles:
    """The roles with `words` filled in, people signing in `by` this way; UserError with every problem."""
    file, source = validation.read(root / FILE, root, RolesFile)
    problems = [*_roles(file, source), *_statements(file, source, {**words, "persona": ""})]
    problems += _portfolios(file, source, tuple(platform.read(root).portfolios))
    if problems:
        raise UserError(problems)
    words = {**words, "persona": ""}
    given = {name: [_filled(it, words) for it in statements] for name, statements in file.policies.items()}

    def has(policies: list[str]) -> tuple[Statement, ...]:
        return tuple(statement for policy in policies for statement in given[policy])

    personas = [
        Role(name, it.description, "persona", name, tuple(it.policies), has(it.policies), _trust(file, name, words, by),
             portfolios=tuple(it.portfolios), requires_break_glass=it.requires_break_glass)
        for name, it in file.personas.items()
    ]  # fmt: skip
    execution = [
        Role(f"studio-{name}", f"Runs Studio for profiles of type {name}", "execution role", it.persona,
             tuple(it.policies), has(it.policies), (_STUDIO,), bounded=True)
        for name, it in file.execution_roles.items()
    ]  # fmt: skip
    return Roles((*personas, *execution), tuple(_filled(it, words) for it in file.boundary))


def _trust(file: RolesFile, persona: str, words: Mapping[str, str], by: str) -> tuple[Statement, ...]:
    ways = file.sign_in
    chosen = ways.saml if by == "saml" else ways.identity_center
    counting = (ways.break_glass,) if file.personas[persona].requires_break_glass else (ways.operator, chosen)
    return tuple(_filled(it, {**words, "persona": persona}) for it in counting)


def _filled(statement: StatementFile | TrustFile, words: Mapping[str, str]) -> Statement:
    return dict(json.loads(replaced(json.dumps(statement.model_dump(exclude_defaults=True)), words)))


def replaced(text: str, words: Mapping[str, str]) -> str:
    """The text as Terraform's templatefile fills it."""
    return _WORD.sub(lambda it: "${" if it[2] else words[it[1]], text)


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
    more = [it for it in role.policies if it not in persona.policies]
    return f"{name} would exceed its persona by {', '.join(more)}; give them to {role.persona} as well" if more else ""


def _statements(file: RolesFile, source: Document, words: Mapping[str, str]) -> Iterator[str]:
    places: list[tuple[Location, StatementFile | TrustFile]] = [
        ((name, index), statement)
        for name, statements in (
            ("boundary", file.boundary),
            ("break_glass_session_policy", file.break_glass_session_policy),
        )
        for index, statement in enumerate(statements)
    ]
    ways = file.sign_in
    named = {
        "operator": ways.operator,
        "identity-center": ways.identity_center,
        "saml": ways.saml,
        "break_glass": ways.break_glass,
    }
    places += [(("sign_in", name), trust) for name, trust in named.items()]
    for name, statements in file.policies.items():
        places += [(("policies", name, index), statement) for index, statement in enumerate(statements)]
    for place, statement in places:
        for part, problem in _problems(statement, words):
            if problem:
                yield f"{source.where((*place, *part))}: {problem}"


def _problems(statement: StatementFile | TrustFile, words: Mapping[str, str]) -> Iterator[tuple[Location, str]]:
    reached = statement.Resource if isinstance(statement, StatementFile) else []  # a trust reaches the role itself
    checks = (("Action", policy_lint.action_problem, statement.Action), ("Resource", policy_lint.arn_problem, reached))
    for element, check, written in checks:
        for index, text in enumerate([written] if isinstance(written, str) else written):
            place: Location = (element,) if isinstance(written, str) else (element, index)
            missing = [it[1] for it in _WORD.finditer(text) if it[1] and it[1] not in words]
            unknown = [f"unknown value '{word}'; {did_you_mean(word, words)}" for word in missing]
            yield from ((place, problem) for problem in unknown or [check(replaced(text, words))])
    for name, lines in statement.Condition.items():
        found = [(("Condition", name), policy_lint.operator_problem(name))]
        yield from found + [(("Condition", name, key), policy_lint.condition_key_problem(key)) for key in lines]
