"""Executes stack operations: create, update, delete, and rollback on failure. One thread for each operation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

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
from scripts.localaws.services.cloudformation.intrinsics import missing_reference
from scripts.localaws.services.cloudformation.models import LOCK, STORES, DeployedTemplate, Stack, StackResource
from scripts.localaws.services.cloudformation.physical_resource import PhysicalResource
from scripts.localaws.services.cloudformation.resource_handler import Handler
from scripts.localaws.services.cloudformation.resource_types import is_custom

log = logging.getLogger("localaws.cloudformation")


class StackOperation:
    """One create, update or delete of a stack, run with the given access key."""

    def __init__(self, stack: Stack, target: DeployedTemplate, access_key: str) -> None:
        self.stack, self.target, self.key = stack, target, access_key
        self._handler = Handler(stack.region, access_key)
        native, custom = self._handler, CustomHandler(stack.region, access_key)
        self._native_handler, self._custom_handler = (
            AuthorizedHandler(handler, stack.name, stack.region, access_key) for handler in (native, custom)
        )
        self._rollback_steps: list[Callable[[], None]] = []
        self._replaced_resources: list[StackResource] = []
        self.scope = scope(stack, target, access_key, self._ref, self._attribute)

    def _handler_of(self, kind: str) -> Any:
        return self._custom_handler if is_custom(kind) else self._native_handler

    def _ref(self, name: str) -> str:
        if name not in self.stack.resources:
            raise missing_reference(f"resource {name} does not exist")
        return self.stack.resources[name].physical.id

    def _attribute(self, name: str, attribute: str) -> Any:
        if name not in self.stack.resources:
            raise missing_reference(f"instance of Fn::GetAtt references undefined resource {name}")
        return self.attribute_of(self.stack.resources[name], attribute)

    def attribute_of(self, resource: StackResource, attribute: str) -> Any:
        """Return the value of Fn::GetAtt."""
        return self._handler_of(resource.physical.kind).attribute(resource.physical, attribute)

    def create(self) -> None:
        """Create the resources up to CREATE_COMPLETE, or roll back as OnFailure demands."""
        try:
            self._create_or_update_resources()
            self.stack.outputs = self._outputs()
            self.stack.set_status("CREATE_COMPLETE")
        except ResourceFailed as failure:
            self._fail_creation(str(failure))

    def _fail_creation(self, reason: str) -> None:
        if self.stack.on_failure == "DO_NOTHING":
            return self.stack.set_status("CREATE_FAILED", reason)
        self.stack.set_status("ROLLBACK_IN_PROGRESS", reason)
        all_deleted = self._delete_all(("Retain", "Snapshot"))
        if all_deleted and self.stack.on_failure == "DELETE":
            return self.stack.set_status("DELETE_COMPLETE", reason)
        return self.stack.set_status("ROLLBACK_COMPLETE" if all_deleted else "ROLLBACK_FAILED")

    def update(self) -> None:
        """Update the resources up to UPDATE_COMPLETE, or roll back to the previous template."""
        previous_template, previous_outputs = self.stack.deployed, self.stack.outputs
        try:
            self._create_or_update_resources()
            new_outputs = self._outputs()
            self._check_exports(new_outputs)
        except ResourceFailed as failure:
            self.stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", str(failure))
            self._roll_back()
            self.stack.deployed, self.stack.outputs = previous_template, previous_outputs
            return
        self.stack.deployed, self.stack.outputs = self.target, new_outputs
        self.stack.set_status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up()
        self.stack.set_status("UPDATE_COMPLETE")

    def delete(self) -> None:
        """Delete the resources up to DELETE_COMPLETE; DELETE_FAILED names the resources that failed."""
        if self._delete_all(("Retain", "RetainExceptOnCreate", "Snapshot")):
            self.stack.set_status("DELETE_COMPLETE")
        else:
            failed = [name for name, resource in self.stack.resources.items() if resource.status == "DELETE_FAILED"]
            self.stack.set_status(
                "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            )

    def _create_or_update_resources(self) -> None:
        for name, depends_on in template.order(self.target.template, self.scope.condition).items():
            resource = self.stack.resources.get(name)
            if resource is None:
                self._create_resource(name, depends_on)
            else:
                self._update_resource(name, resource, depends_on)

    def _target_resource(self, name: str) -> PhysicalResource:
        declaration = self.target.template["Resources"][name]
        try:
            props = self.scope.value(declaration.get("Properties", {}))
        except ServiceException as error:
            raise ResourceFailed(str(error.message)) from None
        if is_custom(declaration["Type"]):
            return PhysicalResource(declaration["Type"], name, props, stack_arn=self.stack.arn)
        return self._handler.prepare(declaration["Type"], name, self.stack.arn, props, self.target.tags)

    def _stack_resource(self, physical: PhysicalResource, depends_on: frozenset[str]) -> StackResource:
        declaration = self.target.template["Resources"][physical.logical]
        policies = declaration.get("DeletionPolicy", "Delete"), declaration.get("UpdateReplacePolicy", "Delete")
        return StackResource(physical, "", "", *policies, depends_on)

    def _create_resource(self, name: str, depends_on: frozenset[str]) -> None:
        kind = self.target.template["Resources"][name]["Type"]
        resource = self._stack_resource(PhysicalResource(kind, name, {}), depends_on)
        self.stack.resources[name] = resource
        self.stack.set_resource_status(resource, "CREATE_IN_PROGRESS")
        try:
            resource.physical = self._target_resource(name)
            self._handler_of(resource.physical.kind).create(resource.physical)
        except ResourceFailed as failure:
            self.stack.set_resource_status(resource, "CREATE_FAILED", str(failure))
            self._rollback_steps.append(lambda: self._delete_resource(name))
            raise ResourceFailed(f"The following resource(s) failed to create: [{name}]. ") from None
        self.stack.set_resource_status(resource, "CREATE_COMPLETE")
        self._rollback_steps.append(lambda: self._delete_resource(name))

    def _update_resource(self, name: str, resource: StackResource, depends_on: frozenset[str]) -> None:
        old = resource.physical
        try:
            new = self._target_resource(name)
        except ResourceFailed as failure:
            self._fail_update(name, resource, str(failure))
        declared = self._stack_resource(old, depends_on)
        resource.deletion_policy, resource.depends_on = declared.deletion_policy, declared.depends_on
        resource.update_replace_policy = declared.update_replace_policy
        if new.kind == old.kind and not schemas.changed_properties(old.kind, old.props, new.props):
            return
        self.stack.set_resource_status(resource, "UPDATE_IN_PROGRESS")
        try:
            if (
                new.kind != old.kind
                or "Always" in schemas.replacing_properties(new.kind, old.props, new.props).values()
            ):
                self._replace(resource, new)
            else:
                self._rollback_steps.append(lambda: self._revert(resource, old, new))
                resource.physical = self._handler_of(old.kind).change(old, new.props)
                if resource.physical.id != old.id:
                    self._replaced_resources.append(_replaced_resource(resource, old))
        except ResourceFailed as failure:
            self._fail_update(name, resource, str(failure))
        self.stack.set_resource_status(resource, "UPDATE_COMPLETE")

    def _fail_update(self, name: str, resource: StackResource, reason: str) -> None:
        self.stack.set_resource_status(resource, "UPDATE_FAILED", reason)
        raise ResourceFailed(f"The following resource(s) failed to update: [{name}]. ")

    def _replace(self, resource: StackResource, new: PhysicalResource) -> None:
        old = resource.physical
        reason = "Requested update requires the creation of a new physical resource; hence creating one."
        self.stack.set_resource_status(resource, "UPDATE_IN_PROGRESS", reason)
        self._handler_of(new.kind).create(new)
        resource.physical = new
        self._rollback_steps.append(lambda: self._restore(resource, old, new))
        self._replaced_resources.append(_replaced_resource(resource, old))

    def _revert(self, resource: StackResource, old: PhysicalResource, new: PhysicalResource) -> None:
        current = PhysicalResource(
            old.kind, old.logical, new.props, resource.physical.id, old.answer, old.read, old.stack_arn
        )
        reverted = self._handler_of(old.kind).change(current, old.props)
        resource.physical = reverted if is_custom(old.kind) else old
        self.stack.set_resource_status(resource, "UPDATE_COMPLETE")

    def _restore(self, resource: StackResource, old: PhysicalResource, new: PhysicalResource) -> None:
        self._handler_of(new.kind).delete(new)
        resource.physical = old
        self.stack.set_resource_status(resource, "UPDATE_COMPLETE")

    def _delete_resource(self, name: str) -> None:
        resource = self.stack.resources[name]
        if resource.physical.id:
            self.stack.set_resource_status(resource, "DELETE_IN_PROGRESS")
            self._handler_of(resource.physical.kind).delete(resource.physical)
        self.stack.set_resource_status(resource, "DELETE_COMPLETE")
        del self.stack.resources[name]

    def _roll_back(self) -> None:
        for step in reversed(self._rollback_steps):
            try:
                step()
            except ResourceFailed as failure:
                return self.stack.set_status("UPDATE_ROLLBACK_FAILED", str(failure))
        self.stack.set_status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        return self.stack.set_status("UPDATE_ROLLBACK_COMPLETE")

    def _clean_up(self) -> None:
        """Delete resources that were replaced or left the template. Failures are ignored, as on AWS."""
        for resource in self._replaced_resources:
            self._discard(resource)
        template_resources = template.order(self.target.template, self.scope.condition)
        for name in reversed([name for name in self.stack.resources if name not in template_resources]):
            self._discard(self.stack.resources.pop(name))

    def _discard(self, resource: StackResource) -> None:
        if resource.deletion_policy in ("Retain", "Snapshot"):
            return self.stack.set_resource_status(resource, "DELETE_SKIPPED")
        self.stack.set_resource_status(resource, "DELETE_IN_PROGRESS")
        try:
            self._handler_of(resource.physical.kind).delete(resource.physical)
        except ResourceFailed as failure:
            return self.stack.set_resource_status(resource, "DELETE_FAILED", str(failure))
        return self.stack.set_resource_status(resource, "DELETE_COMPLETE")

    def _delete_all(self, retain_policies: tuple[str, ...]) -> bool:
        blocked: set[str] = set()
        resources = self.stack.resources
        graph = {name: resource.depends_on & resources.keys() for name, resource in resources.items()}
        for name in reversed(list(TopologicalSorter(graph).static_order())):
            resource = self.stack.resources[name]
            if name in blocked:
                blocked |= resource.depends_on
            elif resource.deletion_policy in retain_policies and resource.physical.id:
                self.stack.set_resource_status(resource, "DELETE_SKIPPED")
                del self.stack.resources[name]
            elif not self._try_delete(name):
                blocked |= resource.depends_on
        return not self.stack.resources

    def _try_delete(self, name: str) -> bool:
        try:
            self._delete_resource(name)
        except ResourceFailed as failure:
            self.stack.set_resource_status(self.stack.resources[name], "DELETE_FAILED", str(failure))
            return False
        return True

    def _outputs(self) -> list[dict[str, str]]:
        try:
            outputs = template.outputs(self.target.template, self.scope)
        except ServiceException as error:
            raise ResourceFailed(str(error.message)) from None
        self._check_new_exports(outputs)
        return outputs

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


def _replaced_resource(resource: StackResource, old: PhysicalResource) -> StackResource:
    return StackResource(old, "", deletion_policy=resource.update_replace_policy)


def run_operation(stack: Stack, target: DeployedTemplate, access_key: str, operation: str) -> None:
    """Run the operation as the body of a thread; it never leaves a stack in progress."""
    task = StackOperation(stack, target, access_key)
    stack.is_running = True
    try:
        stack.publish()
        getattr(task, operation)()
    except Exception as error:  # an internal error must end the operation too
        log.exception("%s of %s", operation, stack.name)
        with LOCK:
            stack.set_status(f"{operation.upper()}_FAILED", f"the embedded AWS failed: {error!r}; see its log")
    stack.is_running = False
    for change_set in stack.change_sets.values():
        if change_set.execution_status == "EXECUTE_IN_PROGRESS":
            is_complete = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
            change_set.execution_status = "EXECUTE_COMPLETE" if is_complete else "EXECUTE_FAILED"
