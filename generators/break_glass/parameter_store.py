"""Break-glass requests, approvals and grants in an account's Parameter Store, as a person of the platform team."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generators.aws.errors import translate_errors
from generators.aws.polling import poll
from generators.aws.session import Aws
from generators.break_glass import access_request
from generators.break_glass.access_request import AccessGrant, AccessRequest, BreakGlassStatus, StoredParameter
from generators.errors import UserError

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

ROLE = "platform-support-engineer"
_TIMEOUT = 20.0  # seconds to wait for the state machine


class BreakGlassClient:
    """Access to one account as one person; UserError: exit code 1 for an invalid request, 3 when AWS refused."""

    def __init__(self, aws: Aws, account: str, person: str) -> None:
        self._person, self._prefix = person, aws.platform.name_prefix
        self._engineers = aws.platform.break_glass_users
        self.where, region = account, aws.platform.regions[0]
        with translate_errors(self.where):
            self._ssm: SSMClient = aws.client("ssm", region, account, ROLE, owner=person)

    def status(self) -> BreakGlassStatus:
        """All requests and grants of the account."""
        folder = access_request.folder(self._prefix)
        with translate_errors(self.where):
            pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=folder, Recursive=True)
            rows = [row for page in pages for row in page["Parameters"]]
        parameters = [
            StoredParameter(row["Name"], row["Value"], row["Version"], row["LastModifiedDate"]) for row in rows
        ]
        return access_request.read(self._prefix, parameters)

    def request(self, minutes: int, reason: str) -> AccessRequest:
        """Request access; the newest request replaces older ones."""
        problems = tuple(access_request.request_problems(self._person, minutes, reason, self._engineers))
        if problems:
            raise UserError(problems)
        version = self._put(f"requests/{self._person}", {"minutes": minutes, "reason": reason})
        return AccessRequest(self._person, version, minutes, reason, datetime.now(UTC))

    def approve(self, requester: str) -> AccessGrant | None:
        """Approve another person's newest request; the grant, or None when it is not recorded within the timeout."""
        status = self.status()
        request = status.newest_request(requester)
        problem = access_request.approval_problem(status, self._person, requester, self.where, datetime.now(UTC))
        if problem or request is None:
            raise UserError(problem)
        self._put(f"approvals/{requester}/{self._person}", {"request": request.version})
        return poll(lambda: self.status().grant_for(request), lambda grant: grant is not None, _TIMEOUT)

    def _put(self, name: str, value: dict[str, str | int]) -> int:
        path = f"{access_request.folder(self._prefix)}/{name}"
        with translate_errors(self.where):
            response = self._ssm.put_parameter(Name=path, Value=json.dumps(value), Type="String", Overwrite=True)
        return response["Version"]
