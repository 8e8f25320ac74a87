"""Changes of parameters, SSM parameters, rules and outputs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generators.check.compatibility.change import Change
from generators.check.compatibility.deployments import Deployments
from generators.cloudformation.normal_form import is_ssm_parameter
from generators.cloudformation.property_values import text
from generators.release.version import Bump

Parameter = Mapping[str, Any]

# A higher lower limit, or a lower upper limit, allows fewer values.
_LOWER_LIMITS = ("MinLength", "MinValue")
_UPPER_LIMITS = ("MaxLength", "MaxValue")


def parameters(deployments: Deployments) -> Iterator[Change]:
    """Parameters that are added, removed or changed; a contract is a parameter with its value in SSM."""
    for name in deployments.names("Parameters"):
        before, after = map(_spelling, deployments.declarations("Parameters", name))
        if after is None:
            yield _removed(name, before)
        elif before is None:
            yield from _added(name, after)
        elif before != after:
            yield from _changed(name, before, after)


def _spelling(parameter: Parameter | None) -> Any:
    """A parameter with every value as text, as CloudFormation compares them."""
    if parameter is None:
        return None
    pattern = _pattern_text(parameter.get("AllowedPattern"))
    return text(dict(parameter)) | ({} if pattern is None else {"AllowedPattern": pattern})


def rules(deployments: Deployments) -> Iterator[Change]:
    """Rules that are added, removed or changed; a new or changed rule may refuse values that were accepted."""
    for name in deployments.names("Rules"):
        before, after = deployments.declarations("Rules", name)
        forms = deployments.forms
        if after is None:
            yield Change("parameter", name, f"rule '{name}' is gone: more is accepted", Bump.MINOR)
        elif before is None or forms[0].text(before) != forms[1].text(after):
            yield Change("parameter", name, f"rule '{name}' may refuse what was accepted", Bump.MAJOR)


def _removed(name: str, parameter: Parameter) -> Change:
    if is_ssm_parameter(parameter):
        return Change("parameter", name, f"contract {parameter.get('Default', name)} is no longer read", Bump.PATCH)
    return Change("parameter", name, f"parameter '{name}' is removed", Bump.MAJOR)


def _added(name: str, parameter: Parameter) -> Iterator[Change]:
    if is_ssm_parameter(parameter):
        yield Change("parameter", name, f"contract {parameter.get('Default', name)} is newly read", Bump.MINOR)
    elif "Default" not in parameter:
        yield Change("parameter", name, f"parameter '{name}' is new and required", Bump.MAJOR)
    else:
        yield Change("parameter", name, f"parameter '{name}' is new and has a default", Bump.MINOR)
        if not _accepts(parameter, parameter["Default"]):
            sentence = f"parameter '{name}' is new and does not accept its own default"
            yield Change("parameter", name, sentence, Bump.MAJOR)


def _accepts(parameter: Parameter, value: str) -> bool:
    """Whether a parameter accepts a value.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    is_list = parameter["Type"] == "CommaDelimitedList" or parameter["Type"].startswith("List<")
    values = [item.strip() for item in value.split(",")] if is_list else [value]
    return all(_accepts_item(parameter, item) for item in values)


def _accepts_item(parameter: Parameter, value: str) -> bool:
    if value not in (parameter.get("AllowedValues") or [value]) or not _matches(parameter.get("AllowedPattern"), value):
        return False
    limits = {key: float(parameter[key]) for key in (*_LOWER_LIMITS, *_UPPER_LIMITS) if key in parameter}
    if not limits.get("MinLength", 0) <= len(value) <= limits.get("MaxLength", 4096):
        return False
    if "Number" not in parameter["Type"]:
        return True
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", value):
        return False
    return limits.get("MinValue", float(value)) <= float(value) <= limits.get("MaxValue", float(value))


def _matches(pattern: str | None, value: str) -> bool:
    """Whether the whole value matches; a pattern that Python cannot read counts as a match, because Java can."""
    try:
        return pattern is None or re.fullmatch(pattern, value) is not None
    except re.error:
        return True


def _changed(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    if is_ssm_parameter(old) and is_ssm_parameter(new):
        yield _contract_changed(name, old, new)
        return
    comparisons = (_type, _default, _values, _pattern, _limits, _no_echo)
    changes = [change for compare in comparisons for change in compare(name, old, new)]
    yield from changes
    if not changes:
        yield Change("parameter", name, f"parameter '{name}' is described or preset differently", Bump.PATCH)


def _contract_changed(name: str, old: Parameter, new: Parameter) -> Change:
    """No user enters the value of a contract, so its limits do not count; its path and type do."""
    before, after = (f"{parameter.get('Default')} as {parameter['Type']}" for parameter in (old, new))
    if before != after:
        return Change("parameter", name, f"parameter '{name}' reads {after} instead of {before}", Bump.MINOR)
    return Change("parameter", name, f"contract '{name}' is described differently", Bump.PATCH)


def _type(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    before, after = old["Type"], new["Type"]
    if before == after:
        return
    wider = (after == "String" and "List" not in before) or (after == "CommaDelimitedList" and "List" in before)
    bump = Bump.MINOR if wider and not is_ssm_parameter(old) else Bump.MAJOR
    yield Change("parameter", name, f"parameter '{name}' becomes {after} instead of {before}", bump)


def _default(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    if "Default" in old and "Default" not in new:
        yield Change("parameter", name, f"parameter '{name}' loses its default and is required", Bump.MAJOR)
    if "Default" in new and "Default" not in old:
        yield Change("parameter", name, f"parameter '{name}' has a default now", Bump.MINOR)


def _values(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    before, after = old.get("AllowedValues"), new.get("AllowedValues")
    if before == after:
        return
    removed = [value for value in before or () if value not in (after or before or ())]
    if before is None:
        yield Change("parameter", name, f"parameter '{name}' is narrowed to {_list(after)}", Bump.MAJOR)
    elif removed:
        yield Change("parameter", name, f"parameter '{name}' no longer allows {_list(removed)}", Bump.MAJOR)
    elif after is None:
        yield Change("parameter", name, f"parameter '{name}' allows any value now", Bump.MINOR)
    elif added := [value for value in after if value not in before]:
        yield Change("parameter", name, f"parameter '{name}' also allows {_list(added)}", Bump.MINOR)


def _pattern(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    before, after = old.get("AllowedPattern"), new.get("AllowedPattern")
    if before == after:
        return
    if after is None:
        yield Change("parameter", name, f"parameter '{name}' has no pattern any more", Bump.MINOR)
    elif before is not None and str(after).startswith(f"{before}|"):  # it must match the whole value
        yield Change("parameter", name, f"the pattern of '{name}' also accepts {after[len(before) + 1 :]}", Bump.MINOR)
    else:
        yield Change("parameter", name, f"the pattern of '{name}' may refuse what was accepted", Bump.MAJOR)


def _pattern_text(pattern: object) -> str | None:
    """The pattern without its anchors; it must match the whole value anyway."""
    if not isinstance(pattern, str):
        return None
    if "|" in pattern or pattern.endswith("\\$"):
        return pattern
    return pattern.removeprefix("^").removesuffix("$")


def _limits(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    for key in (*_LOWER_LIMITS, *_UPPER_LIMITS):
        before, after = old.get(key), new.get(key)
        if before == after or (before and after and float(before) == float(after)):
            continue
        bump = Bump.MAJOR if _narrower(key, before, after) else Bump.MINOR
        yield Change("parameter", name, f"{key} of '{name}' is {_text(after)} instead of {_text(before)}", bump)


def _narrower(key: str, before: Any, after: Any) -> bool:
    if before is None or after is None:
        return before is None
    return float(after) > float(before) if key in _LOWER_LIMITS else float(after) < float(before)


def _no_echo(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    if _is_secret(old) and not _is_secret(new):
        yield Change("security", name, f"parameter '{name}' is shown in plain text now", Bump.MAJOR)


def _is_secret(parameter: Parameter) -> bool:
    return str(parameter.get("NoEcho", "false")).lower() == "true"


def _list(values: Any) -> str:
    return ", ".join(str(value) for value in values)


def _text(value: Any) -> str:
    return "unset" if value is None else str(value)
