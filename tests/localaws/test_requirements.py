"""Every row of what AWS asks: the call succeeds with exactly these rights, and fails without any one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from scripts.localaws.services.iam.authorization.requirement_table import (
    CALLER,
    REQUEST,
    START,
    Permission,
    tables,
)
from tests.localaws.conftest import Aws, refused
from tests.localaws.requirement_account import Requirements, account_with_resources, statement
from tests.localaws.requirement_calls import CALLS, JOBS, Call

pytestmark = pytest.mark.local_only


class Row(NamedTuple):
    """One action that an operation needs."""

    operation: str
    action: str
    permission: Permission

    @property
    def is_callers(self) -> bool:
        return self.permission.principals == (CALLER,)


def rows(phase: str) -> Iterator[Row]:
    permissions = [row for table in tables().values() for row in table.permissions if row.phase == phase]
    return (Row(operation, row.action, row) for row in permissions for operation in row.operations)


REQUEST_ROWS, START_ROWS = list(rows(REQUEST)), list(rows(START))


@pytest.fixture(scope="module")
def requirements(aws: Aws, member: Callable[[str], str]) -> Requirements:
    return account_with_resources(aws, member("requirements-spoke"))


def grant(requirements: Requirements, call: Call, operation: str, missing: Row | None) -> None:
    """Give both roles what the table says for the operation, but not the action of the missing row."""
    all_rows = [row for row in (*REQUEST_ROWS, *START_ROWS) if row.operation == operation and row != missing]
    own = f"{call.service}:{operation}"
    callers = [row.action for row in all_rows if row.is_callers and row.action != own]
    is_own = missing is not None and missing.action == own
    requirements.allow(
        "caller",
        statement("iam:PassRole", *callers),
        statement(own, resource=call.own if is_own else "*"),
    )
    others = [row.action for row in all_rows if not row.is_callers]
    requirements.allow("service", statement("sts:GetCallerIdentity", *others))


def run(requirements: Requirements, call: Call) -> Any:
    return getattr(requirements.as_caller(call.service), call.method)(**requirements.fill(call.params))


@pytest.mark.parametrize("operation", sorted({row.operation for row in REQUEST_ROWS}))
def test_the_rights_of_the_table_are_enough(requirements: Requirements, operation: str) -> None:
    call = CALLS[operation]
    grant(requirements, call, operation, None)
    if call.refusal:
        assert refused(lambda: run(requirements, call))[0] == call.refusal
    else:
        run(requirements, call)


@pytest.mark.parametrize("row", REQUEST_ROWS, ids=lambda row: f"{row.operation}-{row.action}")
def test_without_one_of_them_the_call_fails(requirements: Requirements, row: Row) -> None:
    call = CALLS[row.operation]
    grant(requirements, call, row.operation, row)
    code, _, message = refused(lambda: run(requirements, call))
    if row.permission.error:
        assert code == row.permission.error.code
    else:
        assert code == "AccessDeniedException"
        assert f"is not authorized to perform: {row.action} on resource: " in message


def failure(requirements: Requirements, operation: str) -> str:
    """The reason why the job fails; no image is in the repository, so that it always does."""
    call, kind = JOBS[operation], operation.removeprefix("Create")
    name = run(requirements, call)[f"{kind}Arn"].rpartition("/")[2]
    describe = getattr(requirements.client(call.service), call.method.replace("create_", "describe_"))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job = describe(**{f"{kind}Name": name})
        if job[f"{kind}Status"] == "Failed":
            return str(job["FailureReason"])
        time.sleep(0.02)
    pytest.fail(f"{operation}: the job has not failed")


@pytest.mark.parametrize("operation", JOBS)
def test_a_job_starts_with_the_rights_of_the_table(requirements: Requirements, operation: str) -> None:
    grant(requirements, JOBS[operation], operation, None)
    assert "is not authorized to perform" not in failure(requirements, operation)


@pytest.mark.parametrize("row", START_ROWS, ids=lambda row: f"{row.operation}-{row.action}")
def test_a_job_fails_without_one_of_them(requirements: Requirements, row: Row) -> None:
    grant(requirements, JOBS[row.operation], row.operation, row)
    reason = failure(requirements, row.operation)
    assert f"/SageMaker is not authorized to perform: {row.action} on resource: " in reason
