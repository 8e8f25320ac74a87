"""Search for privilege escalation: chains of roles that lead to an action which the access matrix denies. Pure.

A graph has the roles as nodes. An edge leads from a role to another whose permissions it can gain (escalation_methods).
Break-glass access that a second person must approve is no edge: it is intended.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from generators.access.access_matrix import FILE as MATRIX
from generators.access.access_matrix import AccessRule, AccountPolicies
from generators.access.analysis.escalation_methods import METHODS, approve_own_request, can_request_break_glass
from generators.access.analysis.policy_simulator import PolicySimulator
from generators.access.roles import Role
from generators.errors import UserError

PRODUCTION = AccessRule(
    "Write in production", (71,), "sts:AssumeRole", "arn:aws:iam::999988887777:role/mlops-promotion-target", {},
    frozenset(), "",
)  # fmt: skip
RULES = ("Approve a model", "Register an approved model", "Release to production")  # of matrix.yaml
# Principals that deploy approved models or open approved break-glass access, or that create what does so, and the goals
# that they reach by design. A product role is named by its description, because its name has a random suffix.
INTENDED: Mapping[str, frozenset[str]] = {
    "platform-fix-engineer": frozenset({PRODUCTION.name}),
    "mlops-break-glass": frozenset({PRODUCTION.name}),
    "mlops-promotion-source": frozenset({PRODUCTION.name}),
    "launch-model-deployment-pipeline": frozenset({PRODUCTION.name}),
    "DeploymentRole of model-deployment-pipeline": frozenset({PRODUCTION.name}),
    "launch-studio-user-profile": frozenset({"Approve a model"}),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a path: how a role is reached."""

    method: str
    role: str


@dataclass(frozen=True, slots=True)
class EscalationPath:
    """A principal, the roles that it reaches one after another, and the goal that the last one is allowed."""

    principal: str
    steps: tuple[Step, ...]
    goal: str

    def __str__(self) -> str:
        steps = (f"{step.method} -> {step.role}" for step in self.steps)
        return " -> ".join((self.principal, *steps, self.goal))


@dataclass(frozen=True)
class EscalationGraph:
    """The roles of an account, and the edges between them. Edges of a role are computed once."""

    account: AccountPolicies
    _edges: dict[str, tuple[tuple[Role, str], ...]] = field(default_factory=dict)

    @cached_property
    def simulator(self) -> PolicySimulator:
        """The decisions of the account."""
        return PolicySimulator(self.account)

    def edges(self, role: Role) -> tuple[tuple[Role, str], ...]:
        """The roles whose permissions a role can gain, each with the methods that lead there."""
        if role.name not in self._edges:
            targets = [other for other in self.account.roles.all if other.name != role.name]
            methods = [(target, method(self.simulator, role, target)) for target in targets for method in METHODS]
            self._edges[role.name] = tuple((target, method) for target, method in methods if method)
        return self._edges[role.name]

    def paths(self, principal: str) -> tuple[EscalationPath, ...]:
        """The shortest path to each role from which a goal is allowed that the principal may not reach."""
        paths = list[EscalationPath]()
        seen = {principal}
        queue: deque[tuple[Role, tuple[Step, ...]]] = deque([(self.account.roles[principal], ())])
        while queue:
            role, steps = queue.popleft()
            for goal in goals(self.account):
                if principal not in goal.allowed_roles and self.simulator.satisfies(role, goal):
                    paths.append(EscalationPath(principal, steps, goal.name))
            for target, method in self.edges(role):
                if target.name not in seen:
                    seen.add(target.name)
                    queue.append((target, (*steps, Step(method, target.name))))
        return tuple(paths)


@dataclass(frozen=True, slots=True)
class EscalationReport:
    """Analyzed principals and their paths: `unintended` are findings, `intended` are those of INTENDED principals.

    `without_scps` are paths of personas that only the service control policies of the organization prevent.
    """

    roles: int
    principals: int
    edges: int
    goals: tuple[str, ...]
    unintended: tuple[EscalationPath, ...]
    without_scps: tuple[EscalationPath, ...]
    intended: tuple[EscalationPath, ...]

    @property
    def findings(self) -> tuple[EscalationPath, ...]:
        """Every path that is not intended."""
        return (*self.unintended, *self.without_scps)


def analyze(account: AccountPolicies) -> EscalationReport:
    """Search from every role, and once more from the personas without the service control policies."""
    graph, inner = EscalationGraph(account), EscalationGraph(replace(account, service_control_policies=()))
    roles = account.roles.all
    paths = {path: is_intended(role, path) for role in roles for path in graph.paths(role.name)}
    personas = [role for role in roles if role.kind == "persona"]
    inner_paths = [path for role in personas for path in inner.paths(role.name) if not is_intended(role, path)]
    return EscalationReport(
        roles=len(roles),
        principals=len(roles),
        edges=sum(len({target.name for target, _ in graph.edges(role)}) for role in roles),
        goals=tuple(goal.name for goal in goals(account)),
        unintended=tuple(path for path, intended in paths.items() if not intended),
        without_scps=tuple(path for path in inner_paths if path not in paths),
        intended=tuple(path for path, intended in paths.items() if intended),
    )


def is_intended(role: Role, path: EscalationPath) -> bool:
    """Whether the principal reaches the goal by design."""
    return path.goal in INTENDED.get(role.name, INTENDED.get(role.description, frozenset()))


def goals(account: AccountPolicies) -> tuple[AccessRule, ...]:
    """The access rules that nobody may reach through other roles; UserError when matrix.yaml lacks one."""
    rules = {rule.name: rule for rule in account.rules}
    missing = [name for name in RULES if name not in rules]
    if missing:
        raise UserError(
            f"{MATRIX}: no row '{name}', which the search for escalation needs; restore it" for name in missing
        )
    return (*(rules[name] for name in RULES), PRODUCTION)


def escalation_paths(account: AccountPolicies, principal: str) -> tuple[EscalationPath, ...]:
    """The paths of one principal."""
    return EscalationGraph(account).paths(principal)


def approved_requests(account: AccountPolicies) -> tuple[str, ...]:
    """The break-glass access that a role may request and only a second person can approve."""
    simulator = PolicySimulator(account)
    return tuple(
        f"{role.name} -> requests break-glass access, which another approves -> {target.name}"
        for role in account.roles.all
        for target in account.roles.all
        if target.requires_break_glass
        and can_request_break_glass(simulator, role)
        and not approve_own_request(simulator, role, target)
    )
