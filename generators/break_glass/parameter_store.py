"""Requests, approvals and windows in an account's Parameter Store, as a person of the platform team."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generators.aws.errors import translate_errors
from generators.aws.session import Aws
from generators.break_glass import access_request
from generators.break_glass.access_request import AccessGrant, AccessRequest, BreakGlassStatus, StoredParameter
from generators.errors import UserError

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

ROLE = "platform-support-engineer"
_PATIENCE, _POLL = 20.0, 0.2  # seconds until the machine should have opened, and between two looks


class BreakGlassClient:
    """One account as one person; UserError: exit code 1 for a wish that cannot be, 3 for what AWS refused."""

    def __init__(self, aws: Aws, account: str, person: str) -> None:
        self._person, self._prefix = person, aws.platform.name_prefix
        self._engineers = aws.platform.break_glass_users
        self.where, region = account, aws.platform.regions[0]
        with translate_errors(self.where):
            self._ssm: SSMClient = aws.client("ssm", region, account, ROLE, owner=person)

    def status(self) -> BreakGlassStatus:
        """What is recorded."""
        folder = access_request.folder(self._prefix)
        with translate_errors(self.where):
            pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=folder, Recursive=True)
            found = [it for page in pages for it in page["Parameters"]]
        kept = [StoredParameter(it["Name"], it["Value"], it["Version"], it["LastModifiedDate"]) for it in found]
        return access_request.read(self._prefix, kept)

    def request(self, minutes: int, reason: str) -> AccessRequest:
        """Ask for a window; the newest request counts."""
        problems = tuple(access_request.wrong_request(self._person, minutes, reason, self._engineers))
        if problems:
            raise UserError(problems)
        version = self._put(f"requests/{self._person}", {"minutes": minutes, "reason": reason})
        return AccessRequest(self._person, version, minutes, reason, datetime.now(UTC))

    def approve(self, requester: str) -> AccessGrant | None:
        """Approve another's newest request; the window, or None when none has opened yet."""
        status = self.status()
        request = status.request(requester)
        problem = access_request.wrong_approval(status, self._person, requester, self.where, datetime.now(UTC))
        if problem or request is None:
            raise UserError(problem)
        self._put(f"approvals/{requester}/{self._person}", {"request": request.version})
        until = time.monotonic() + _PATIENCE
        while not (opened := self._opened(request)) and time.monotonic() < until:
            time.sleep(_POLL)
        return opened

    def _opened(self, request: AccessRequest) -> AccessGrant | None:
        found = self.status().windows
        return next((it for it in found if (it.requester, it.request) == (request.requester, request.version)), None)

    def _put(self, name: str, said: dict[str, str | int]) -> int:
        path = f"{access_request.folder(self._prefix)}/{name}"
        with translate_errors(self.where):
            made = self._ssm.put_parameter(Name=path, Value=json.dumps(said), Type="String", Overwrite=True)
        return made["Version"]
