"""The matrix of the repository's own roles: every cell as declared, every statement of a policy needed by a cell."""

from dataclasses import replace
from pathlib import Path

import pytest

from generators.access import access_matrix, report
from generators.access.roles import PERSONAS, Roles

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = access_matrix.read(ROOT)
ALONE = replace(
    ACCOUNT, service_control_policies=()
)  # without the outer line of the organisation, which would hide a missing inner one
TASKS = {task.name: task for task in ACCOUNT.rules}
STATEMENTS = [(role.name, statement["Sid"]) for role in ACCOUNT.roles.all for statement in role.statements]
BOUNDARY = [statement["Sid"] for statement in ACCOUNT.roles.boundary]
PROVING = [pytest.param(name, marks=pytest.mark.control(*task.controls, on="policy")) for name, task in TASKS.items()]


def _allowed(account, task):
    return {role.name for role in account.roles.all if access_matrix.decide(account, role, task).allowed}


def _without(roles, name, sid):
    def left(role):
        kept = tuple(it for it in role.statements if it["Sid"] != sid)
        return replace(role, statements=kept) if role.name == name else role

    return Roles(tuple(map(left, roles.all)), roles.boundary)


@pytest.mark.parametrize("name", PROVING)
def test_only_who_is_named_may(name):
    assert _allowed(ACCOUNT, TASKS[name]) == TASKS[name].allowed_roles


def test_the_matrix_is_about_five_people_and_large_enough_to_mean_something():
    people = {role.name for role in ACCOUNT.roles.all if role.kind == "persona"}
    assert people == set(PERSONAS)
    assert len(TASKS) == len(ACCOUNT.rules), "two rows have one name"
    assert len(ACCOUNT.rules) * len(ACCOUNT.roles.all) >= 300
    assert {name for task in ACCOUNT.rules for name in task.allowed_roles} == {role.name for role in ACCOUNT.roles.all}


@pytest.mark.parametrize(("role", "sid"), STATEMENTS)
def test_without_a_statement_of_a_role_a_cell_is_decided_otherwise(role, sid):
    mutant = replace(ALONE, roles=_without(ALONE.roles, role, sid))
    assert any(_allowed(mutant, task) != _allowed(ALONE, task) for task in ACCOUNT.rules)


@pytest.mark.parametrize("sid", BOUNDARY)
def test_without_a_statement_of_the_boundary_a_cell_is_decided_otherwise(sid):
    kept = tuple(it for it in ALONE.roles.boundary if it["Sid"] != sid)
    mutant = replace(ALONE, roles=replace(ALONE.roles, boundary=kept))
    assert any(_allowed(mutant, task) != _allowed(ALONE, task) for task in ACCOUNT.rules)


@pytest.mark.parametrize("name", TASKS)
def test_an_execution_role_never_exceeds_its_persona(name):
    may = _allowed(ACCOUNT, TASKS[name])
    beyond = [it.name for it in ACCOUNT.roles.all if it.kind == "execution role" and it.name in may]
    assert [it for it in beyond if ACCOUNT.roles[it].persona not in may] == []


def test_the_page_is_current():
    assert (ROOT / report.FILE).read_text(encoding="utf-8") == report.text(ACCOUNT), "run: make docs"
