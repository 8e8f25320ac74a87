"""Moves a stack: create, update, delete, and back again when something fails. One thread for each movement.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

import json
import logging
from collections.abc import Callable
from graphlib import TopologicalSorter
from typing import Any

from moto.core.exceptions import ServiceException

from scripts.localaws.services.cloudformation import schemas, template
from scripts.localaws.services.cloudformation.custom_resource import CustomHandler
from scripts.localaws.services.cloudformation.evaluation_scope import scope
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.handler_authorization import AuthorizedHandler
from scripts.localaws.services.cloudformation.intrinsics import missing
from scripts.localaws.services.cloudformation.models import LOCK, STORES, DeployedTemplate, Stack, StackResource
from scripts.localaws.services.cloudformation.resource_handler import Handler
from scripts.localaws.services.cloudformation.resource_types import is_custom
from scripts.localaws.services.cloudformation.resources.resource_type import PhysicalResource, Props

log = logging.getLogger("localaws.cloudformation")


class StackOperation:
    """One create, update or delete of a stack, with the identity it runs under."""

    def __init__(self, stack: Stack, target: DeployedTemplate, access_key: str) -> None:
        self.stack, self.target, self.key = stack, target, access_key
        self._handler = Handler(stack.region, access_key)
        own, custom = self._handler, CustomHandler(stack.region, access_key)
        self._own, self._custom = (AuthorizedHandler(it, stack.name, stack.region, access_key) for it in (own, custom))
        self._undo: list[Callable[[], None]] = []
        self._leftover: list[tuple[StackResource, str]] = []
        self.scope = scope(stack, target, access_key, self._ref, self._attribute)

    def _of(self, kind: str) -> Any:
        return self._custom if is_custom(kind) else self._own

    def _ref(self, name: str) -> str:
        if name not in self.stack.resources:
            raise missing(f"resource {name} does not exist")
        return self.stack.resources[name].physical.id

    def _attribute(self, name: str, attribute: str) -> Any:
        if name not in self.stack.resources:
            raise missing(f"instance of Fn::GetAtt references undefined resource {name}")
        it = self.stack.resources[name].physical
        return self._of(it.kind).attribute(it, attribute)

    def create(self) -> None:
        """To CREATE_COMPLETE, or back."""
        try:
            self._bring_about()
            self.stack.outputs = self._outputs()
            self.stack.set_status("CREATE_COMPLETE")
        except ResourceFailed as why:
            self._fail_creation(str(why))

    def _fail_creation(self, why: str) -> None:
        if self.stack.on_failure == "DO_NOTHING":
            return self.stack.set_status("CREATE_FAILED", why)
        self.stack.set_status("ROLLBACK_IN_PROGRESS", why)
        kept = ("Retain", "Snapshot")
        done = self._delete_all(kept)
        if done and self.stack.on_failure == "DELETE":
            return self.stack.set_status("DELETE_COMPLETE", why)
        return self.stack.set_status("ROLLBACK_COMPLETE" if done else "ROLLBACK_FAILED")

    def update(self) -> None:
        """To UPDATE_COMPLETE, or back to what was."""
        before, outputs = self.stack.deployed, self.stack.outputs
        try:
            self._bring_about()
            new_outputs = self._outputs()
            self._check_exports(new_outputs)
        except ResourceFailed as why:
            self.stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", str(why))
            self._roll_back()
            self.stack.deployed, self.stack.outputs = before, outputs
            return
        self.stack.deployed, self.stack.outputs = self.target, new_outputs
        self.stack.set_status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up()
        self.stack.set_status("UPDATE_COMPLETE")

    def delete(self) -> None:
        """To DELETE_COMPLETE; what cannot be deleted stays and is named."""
        if self._delete_all(("Retain", "RetainExceptOnCreate", "Snapshot")):
            self.stack.set_status("DELETE_COMPLETE")
        else:
            stuck = [name for name, held in self.stack.resources.items() if held.status == "DELETE_FAILED"]
            self.stack.set_status(
                "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(stuck)}]. "
            )

    def _bring_about(self) -> None:
        for name, depends in template.order(self.target.template, self.scope.condition).items():
            held = self.stack.resources.get(name)
            if held is None:
                self._make(name, depends)
            else:
                self._change(name, held, depends)

    def _wanted(self, name: str) -> PhysicalResource:
        declared = self.target.template["Resources"][name]
        try:
            props = self.scope.value(declared.get("Properties", {}))
        except ServiceException as wrong:
            raise ResourceFailed(str(wrong.message)) from None
        if is_custom(declared["Type"]):
            return PhysicalResource(declared["Type"], name, props, stack_arn=self.stack.arn)
        return self._handler.prepare(declared["Type"], name, self.stack.arn, props, self.target.tags)

    def _held(self, it: PhysicalResource, depends: frozenset[str]) -> StackResource:
        declared = self.target.template["Resources"][it.logical]
        policies = declared.get("DeletionPolicy", "Delete"), declared.get("UpdateReplacePolicy", "Delete")
        return StackResource(it, "", "", *policies, depends)

    def _make(self, name: str, depends: frozenset[str]) -> None:
        held = self._held(PhysicalResource(self.target.template["Resources"][name]["Type"], name, {}), depends)
        self.stack.resources[name] = held
        self.stack.mark(held, "CREATE_IN_PROGRESS")
        try:
            held.physical = self._wanted(name)
            self._of(held.physical.kind).create(held.physical)
        except ResourceFailed as why:
            self.stack.mark(held, "CREATE_FAILED", str(why))
            self._undo.append(lambda: self._remove(name))
            raise ResourceFailed(f"The following resource(s) failed to create: [{name}]. ") from None
        self.stack.mark(held, "CREATE_COMPLETE")
        self._undo.append(lambda: self._remove(name))

    def _change(self, name: str, held: StackResource, depends: frozenset[str]) -> None:
        old = held.physical
        try:
            wanted = self._wanted(name)
        except ResourceFailed as why:
            self._fail_update(name, held, str(why))
        fresh = self._held(old, depends)
        held.policy, held.replace_policy, held.depends = fresh.policy, fresh.replace_policy, fresh.depends
        if wanted.kind == old.kind and _same(wanted.props, old.props):
            return
        self.stack.mark(held, "UPDATE_IN_PROGRESS")
        try:
            if wanted.kind != old.kind or _replaced(wanted, old):
                self._replace(held, wanted)
            else:
                self._undo.append(lambda: self._revert(held, old, wanted))
                held.physical = self._of(old.kind).change(old, wanted.props)
                if held.physical.id != old.id:
                    self._leftover.append((StackResource(old, "", policy=held.replace_policy), "old"))
        except ResourceFailed as why:
            self._fail_update(name, held, str(why))
        self.stack.mark(held, "UPDATE_COMPLETE")

    def _fail_update(self, name: str, held: StackResource, why: str) -> None:
        self.stack.mark(held, "UPDATE_FAILED", why)
        raise ResourceFailed(f"The following resource(s) failed to update: [{name}]. ")

    def _replace(self, held: StackResource, wanted: PhysicalResource) -> None:
        old = held.physical
        why = "Requested update requires the creation of a new physical resource; hence creating one."
        self.stack.mark(held, "UPDATE_IN_PROGRESS", why)
        self._of(wanted.kind).create(wanted)
        held.physical = wanted
        self._undo.append(lambda: self._restore(held, old, wanted))
        self._leftover.append((StackResource(old, "", policy=held.replace_policy), "old"))

    def _revert(self, held: StackResource, old: PhysicalResource, wanted: PhysicalResource) -> None:
        now = PhysicalResource(
            old.kind, old.logical, wanted.props, held.physical.id, old.answer, old.read, old.stack_arn
        )
        back = self._of(old.kind).change(now, old.props)
        held.physical = back if is_custom(old.kind) else old
        self.stack.mark(held, "UPDATE_COMPLETE")

    def _restore(self, held: StackResource, old: PhysicalResource, wanted: PhysicalResource) -> None:
        self._of(wanted.kind).delete(wanted)
        held.physical = old
        self.stack.mark(held, "UPDATE_COMPLETE")

    def _remove(self, name: str) -> None:
        held = self.stack.resources[name]
        if held.physical.id:
            self.stack.mark(held, "DELETE_IN_PROGRESS")
            self._of(held.physical.kind).delete(held.physical)
        self.stack.mark(held, "DELETE_COMPLETE")
        del self.stack.resources[name]

    def _roll_back(self) -> None:
        for step in reversed(self._undo):
            try:
                step()
            except ResourceFailed as why:
                return self.stack.set_status("UPDATE_ROLLBACK_FAILED", str(why))
        self.stack.set_status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        return self.stack.set_status("UPDATE_ROLLBACK_COMPLETE")

    def _clean_up(self) -> None:
        """Delete what was replaced or is no longer in the template; a refusal leaves it behind, as AWS does."""
        for held, _ in self._leftover:
            self._discard(held)
        kept = template.order(self.target.template, self.scope.condition)
        for name in reversed([name for name in self.stack.resources if name not in kept]):
            self._discard(self.stack.resources.pop(name))

    def _discard(self, held: StackResource) -> None:
        if held.policy in ("Retain", "Snapshot"):
            return self.stack.mark(held, "DELETE_SKIPPED")
        self.stack.mark(held, "DELETE_IN_PROGRESS")
        try:
            self._of(held.physical.kind).delete(held.physical)
        except ResourceFailed as why:
            return self.stack.mark(held, "DELETE_FAILED", str(why))
        return self.stack.mark(held, "DELETE_COMPLETE")

    def _delete_all(self, kept: tuple[str, ...]) -> bool:
        blocked: set[str] = set()
        graph = {name: held.depends & self.stack.resources.keys() for name, held in self.stack.resources.items()}
        for name in reversed(list(TopologicalSorter(graph).static_order())):
            held = self.stack.resources[name]
            if name in blocked:
                blocked |= held.depends
            elif held.policy in kept and held.physical.id:
                self.stack.mark(held, "DELETE_SKIPPED")
                del self.stack.resources[name]
            elif not self._deleted(name):
                blocked |= held.depends
        return not self.stack.resources

    def _deleted(self, name: str) -> bool:
        try:
            self._remove(name)
        except ResourceFailed as why:
            self.stack.mark(self.stack.resources[name], "DELETE_FAILED", str(why))
            return False
        return True

    def _outputs(self) -> list[dict[str, str]]:
        found = []
        for name, output in self.target.template.get("Outputs", {}).items():
            if "Condition" in output and not self.scope.condition(output["Condition"]):
                continue
            row = {"OutputKey": name, "OutputValue": str(self.scope.value(output["Value"]))}
            row |= {"Description": output["Description"]} if "Description" in output else {}
            row |= {"ExportName": self.scope.value(output["Export"]["Name"])} if "Export" in output else {}
            found.append(row)
        self._check_new_exports(found)
        return found

    def _check_new_exports(self, outputs: list[dict[str, str]]) -> None:
        exports = STORES[self.stack.account, self.stack.region].exports()
        for name in (row["ExportName"] for row in outputs if "ExportName" in row):
            if name in exports and exports[name][0] is not self.stack:
                raise ResourceFailed(f"Export with name {name} is already exported by stack {exports[name][0].name}")

    def _check_exports(self, outputs: list[dict[str, str]]) -> None:
        after = {row.get("ExportName"): row["OutputValue"] for row in outputs}
        store = STORES[self.stack.account, self.stack.region]
        for row in self.stack.outputs:
            name = row.get("ExportName")
            if name and after.get(name) != row["OutputValue"] and (users := store.importers(name)):
                raise ResourceFailed(f"Cannot change export {name} as it is in use by {', '.join(users)}")


def _same(new: Props, old: Props) -> bool:
    """Names that CloudFormation made up itself are no difference."""
    made_up = {key: value for key, value in old.items() if key not in new and key.endswith("Name")}
    return json.dumps({**made_up, **new}, sort_keys=True) == json.dumps(old, sort_keys=True)


def _replaced(new: PhysicalResource, old: PhysicalResource) -> bool:
    if is_custom(new.kind):
        return bool(new.props.get("ServiceToken") != old.props.get("ServiceToken"))
    changed = schemas.replacing_properties(new.kind, old.props, new.props)
    return any(name in new.props or not name.endswith("Name") for name in changed)


def move(stack: Stack, target: DeployedTemplate, access_key: str, step: str) -> None:
    """The thread's body: never leaves a stack in progress."""
    try:
        getattr(StackOperation(stack, target, access_key), step)()
    except Exception as fault:  # a fault of ours must end the movement
        log.exception("%s of %s", step, stack.name)
        with LOCK:
            stack.set_status(f"{step.upper()}_FAILED", f"the embedded AWS failed: {fault!r}; see its log")
