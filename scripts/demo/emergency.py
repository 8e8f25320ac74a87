"""An emergency: the closed role is asked for, approved by another person, taken on with a device's code."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyotp

from scripts.demo import aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import SPOKE, DemoState

_ROLE = "platform-fix-engineer"
_ASK = ("request", "--account", SPOKE, "--minutes", "15", "--reason", "INC-7: an endpoint is stuck", "--as", "erin")
_PATIENCE = 30.0  # seconds; waits of a state machine pass a hundred times faster here


def break_glass(_: DemoState) -> str:
    """Erin asks, cannot approve herself, Frank approves; her device's code lets her in and nobody else."""
    erin, frank = _person("erin"), _person("frank")
    require(_refused(erin, "erin"), "the closed role was taken on before any request")
    commands.catalog("break-glass", *_ASK)
    commands.catalog("break-glass", "approve", "--account", SPOKE, "--requester", "erin", "--as", "erin", expect=1)
    require(_refused(erin, "erin"), "a request alone opened the role")
    approved = ("approve", "--account", SPOKE, "--requester", "erin", "--as", "frank", "--json")
    window = commands.catalog("break-glass", *approved).json["open"]
    _until(lambda: not _refused(erin, "erin"), "the window is open and Erin's code does not let her in")
    require(_refused(erin, "erin", proof=False), "the role was taken on without a code")
    require(_refused(frank, "frank"), "another person took the role on")
    _until(lambda: _refused(erin, "erin"), "the window does not close")
    [kept] = commands.catalog("break-glass", "status", "--account", SPOKE, "--as", "frank", "--json").json["windows"]
    require(kept["approver"] == "frank" and kept["reason"].startswith("INC-7"), f"the record says: {kept}")
    return (
        f"open for erin from {window['begins']}, approved by frank; refused without a code and to frank; closed again"
    )


def _until(seen: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not seen() and time.monotonic() < until:
        time.sleep(0.1)
    require(seen(), otherwise)


def _person(name: str) -> dict[str, Any]:
    """What an operator of the management account hands out once: a key and a device."""
    iam = aws_reader.client("iam")
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    clock, now = pyotp.TOTP(device["Base32StringSeed"].decode()), int(time.time())
    codes = {"AuthenticationCode1": clock.at(now), "AuthenticationCode2": clock.at(now + 30)}
    iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
    return {"sts": aws_reader.client_of("sts", keys), "serial": device["SerialNumber"], "clock": clock}


def _refused(person: dict[str, Any], name: str, *, proof: bool = True) -> bool:
    code = {"SerialNumber": person["serial"], "TokenCode": person["clock"].now()} if proof else {}
    arn = f"arn:aws:iam::{aws_reader.accounts()[SPOKE]}:role/{_ROLE}"
    told = aws_reader.refusal(person["sts"].assume_role, RoleArn=arn, RoleSessionName=name, **code)
    return told == "AccessDenied"
