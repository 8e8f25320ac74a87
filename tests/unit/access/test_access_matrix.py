"""The access matrix of the repository: every cell as declared, and at least one cell for each statement."""

from dataclasses import replace
from pathlib import Path

import pytest

from generators.access import access_matrix, report
from generators.access.roles import PERSONAS, Roles
from tests.support.account import account_policies

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = account_policies()
WITHOUT_SCPS = replace(ACCOUNT, service_control_policies=())  # SCPs would hide a missing statement
RULES = {rule.name: rule for rule in ACCOUNT.rules}
STATEMENTS = [(role.name, statement["Sid"]) for role in ACCOUNT.roles.all for statement in role.statements]
BOUNDARY = [statement["Sid"] for statement in ACCOUNT.roles.boundary]
PROVING = [pytest.param(name, marks=pytest.mark.control(*rule.controls, on="policy")) for name, rule in RULES.items()]


def _allowed(account, rule):
    return {role.name for role in account.roles.all if access_matrix.decide(account, role, rule).allowed}


def _without(roles, name, sid):
    def reduced(role):
        statements = tuple(statement for statement in role.statements if statement["Sid"] != sid)
        return replace(role, statements=statements) if role.name == name else role

    return Roles(tuple(map(reduced, roles.all)), roles.boundary)


@pytest.mark.parametrize("name", PROVING)
def test_exactly_the_roles_of_the_row_are_allowed(name):
    assert _allowed(ACCOUNT, RULES[name]) == RULES[name].allowed_roles


def test_the_matrix_has_five_personas_and_many_cells():
    personas = {role.name for role in ACCOUNT.roles.all if role.kind == "persona"}
    assert personas == set(PERSONAS)
    assert len(RULES) == len(ACCOUNT.rules), "two rows have one name"
    assert len(ACCOUNT.rules) * len(ACCOUNT.roles.all) >= 300
    assert {name for rule in ACCOUNT.rules for name in rule.allowed_roles} == {role.name for role in ACCOUNT.roles.all}


@pytest.mark.parametrize(("role", "sid"), STATEMENTS)
def test_a_cell_depends_on_every_statement_of_a_role(role, sid):
    mutant = replace(WITHOUT_SCPS, roles=_without(WITHOUT_SCPS.roles, role, sid))
    assert any(_allowed(mutant, rule) != _allowed(WITHOUT_SCPS, rule) for rule in ACCOUNT.rules)


@pytest.mark.parametrize("sid", BOUNDARY)
def test_a_cell_depends_on_every_statement_of_the_boundary(sid):
    boundary = tuple(statement for statement in WITHOUT_SCPS.roles.boundary if statement["Sid"] != sid)
    mutant = replace(WITHOUT_SCPS, roles=replace(WITHOUT_SCPS.roles, boundary=boundary))
    assert any(_allowed(mutant, rule) != _allowed(WITHOUT_SCPS, rule) for rule in ACCOUNT.rules)


@pytest.mark.parametrize("name", RULES)
def test_an_execution_role_never_exceeds_its_persona(name):
    allowed = _allowed(ACCOUNT, RULES[name])
    roles = [role for role in ACCOUNT.roles.all if role.kind == "execution role" and role.name in allowed]
    assert [role.name for role in roles if role.persona not in allowed] == []


def test_the_page_is_current():
    assert (ROOT / report.FILE).read_text(encoding="utf-8") == report.text(ACCOUNT), "run: make docs"
