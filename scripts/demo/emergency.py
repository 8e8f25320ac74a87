"""An emergency: platform-fix-engineer is requested, approved by another person and assumed with an MFA code."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyotp

from scripts.demo import aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import SPOKE, DemoState

_ROLE = "platform-fix-engineer"
_IN_SPOKE = ("--account", SPOKE)
_MINUTES = 2  # sessions of Terraform, which vends other accounts meanwhile, end after 15 minutes of this time
_REQUEST = (
    "request",
    *_IN_SPOKE,
    "--minutes",
    str(_MINUTES),
    "--reason",
    "INC-7: an endpoint is stuck",
    "--as",
    "erin",
)
_APPROVE = ("approve", *_IN_SPOKE, "--requester", "erin")
_TIMEOUT = 30.0  # seconds


def break_glass(_: DemoState) -> str:
    """Erin requests the role and cannot approve herself; Frank approves; only Erin with her MFA code assumes it."""
    erin, frank = _create_person("erin"), _create_person("frank")
    require(_is_denied(erin, "erin"), "the closed role was assumed before any request")
    commands.catalog("break-glass", *_REQUEST)
    commands.catalog("break-glass", *_APPROVE, "--as", "erin", expected_code=1)
    require(_is_denied(erin, "erin"), "a request without an approval opened the role")
    window = commands.catalog("break-glass", *_APPROVE, "--as", "frank", "--json").json["open"]
    _wait_until(lambda: not _is_denied(erin, "erin"), "the window is open and Erin's code does not let her in")
    require(_is_denied(erin, "erin", mfa=False), "the role was assumed without an MFA code")
    require(_is_denied(frank, "frank"), "another person assumed the role")
    aws_reader.advance(_MINUTES * 60)
    _wait_until(lambda: _is_denied(erin, "erin"), "the window does not close")
    [record] = commands.catalog("break-glass", "status", *_IN_SPOKE, "--as", "frank", "--json").json["windows"]
    require(record["approver"] == "frank" and record["reason"].startswith("INC-7"), f"the record is: {record}")
    begin = window["begins"]
    return f"open for erin from {begin}, approved by frank; denied without a code and to frank; closed again"


def _wait_until(condition: Callable[[], bool], message: str) -> None:
    deadline = time.monotonic() + _TIMEOUT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    require(condition(), message)


def _create_person(name: str) -> dict[str, Any]:
    """An access key and an MFA device of the user, which an operator of the management account hands out once."""
    iam = aws_reader.client("iam")
    access_key = iam.create_access_key(UserName=name)["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    totp, now = pyotp.TOTP(device["Base32StringSeed"].decode()), int(time.time())
    codes = {"AuthenticationCode1": totp.at(now), "AuthenticationCode2": totp.at(now + 30)}
    iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
    return {"sts": aws_reader.user_client("sts", access_key), "serial": device["SerialNumber"], "totp": totp}


def _is_denied(person: dict[str, Any], name: str, *, mfa: bool = True) -> bool:
    code = {"SerialNumber": person["serial"], "TokenCode": person["totp"].now()} if mfa else {}
    arn = f"arn:aws:iam::{aws_reader.accounts()[SPOKE]}:role/{_ROLE}"
    return aws_reader.refusal(person["sts"].assume_role, RoleArn=arn, RoleSessionName=name, **code) == "AccessDenied"
