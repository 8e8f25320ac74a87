"""The roles that the newest version of each product creates, and their workloads. Reads frozen templates.

Each product is resolved once in the example account with all conditions of its template true, so that every resource
that it can create is included.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from generators.access.roles import Role, Statement
from generators.cloudformation.resolver import TemplateResolver
from generators.cloudformation.resource import Resource, StackLocation, strings_at
from generators.launch_policy.contract_values import contract_values
from generators.launch_policy.placeholders import EXAMPLE_VALUES, example
from generators.release import load, versions_folder
from generators.release.model import Product

# Resource type -> the property that names its role.
_ROLE_PROPERTIES = {
    "AWS::CodeBuild::Project": "ServiceRole",
    "AWS::CodePipeline::Pipeline": "RoleArn",
    "AWS::Lambda::Function": "Role",
    "AWS::SageMaker::Pipeline": "RoleArn",
    "AWS::StepFunctions::StateMachine": "RoleArn",
}
_GIT_PROVIDERS = ("CodeCommit", "CodeStarSourceConnection")
_SSM_PARAMETER = "AWS::SSM::Parameter::Value<"
# Parameter -> value, else the default or "x": a repository that developers of the team may push to.
_PARAMETERS = {"Repository": f"{EXAMPLE_VALUES['name_prefix']}-x"}


@dataclass(frozen=True, slots=True)
class Workload:
    """A build, function or pipeline and its role, as ARNs, and the ARNs of where people write its commands."""

    arn: str
    role: str
    code_locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRoles:
    """The roles and workloads of all products."""

    roles: tuple[Role, ...]
    workloads: tuple[Workload, ...]


def read(root: Path) -> ProductRoles:
    """The roles and workloads of all products, with the example account's values."""
    contracts = {path: example(text) for path, text in contract_values(root).items()}
    stacks = [_resources(product, contracts) for product in load.products(root)]
    return ProductRoles(
        tuple(role for resources in stacks for role in _roles(resources)),
        tuple(workload for resources in stacks for workload in _workloads(resources)),
    )


def _resources(product: Product, contracts: Mapping[str, str]) -> tuple[Resource, ...]:
    suffix = sha256(product.name.encode()).hexdigest()[:8]  # of names: the first group of the stack's id
    template = _with_suffix(json.loads(versions_folder.releases(product)[-1].body), suffix)
    parameters = {
        name: body
        for name, body in template.get("Parameters", {}).items()
        if not body["Type"].startswith(_SSM_PARAMETER)
    }
    values = {
        f"answer:{name}": _PARAMETERS.get(name, str(body.get("Default", "x"))) for name, body in parameters.items()
    }
    answers = {name: {**body, "Default": f"answer:{name}"} for name, body in parameters.items()}
    template["Parameters"] = template.get("Parameters", {}) | answers
    location = StackLocation(
        EXAMPLE_VALUES["partition"],
        EXAMPLE_VALUES["region"],
        EXAMPLE_VALUES["account_id"],
        EXAMPLE_VALUES["name_prefix"],
        product=product.name,
    )
    return TemplateResolver(template, {**contracts, **values}, EXAMPLE_VALUES["name_prefix"], location).resources()


def _with_suffix(node: Any, suffix: str) -> Any:
    """The template with a fixed string in place of the expression for the stack's suffix."""
    if isinstance(node, list):
        return [_with_suffix(child, suffix) for child in node]
    if not isinstance(node, dict):
        return node
    if "Fn::Select" in node and "AWS::StackId" in json.dumps(node):
        return suffix
    return {key: _with_suffix(child, suffix) for key, child in node.items()}


def _roles(resources: tuple[Resource, ...]) -> Iterator[Role]:
    attached = [resource.properties for resource in resources if resource.type == "AWS::IAM::Policy"]
    for role in resources:
        if role.type != "AWS::IAM::Role":
            continue
        [name] = role.names
        documents = [policy["PolicyDocument"] for policy in role.properties.get("Policies", ())]
        documents += [policy["PolicyDocument"] for policy in attached if name in strings_at(policy.get("Roles", ()))]
        statements = tuple(statement for document in documents for statement in _statements(document))
        trust = _statements(role.properties["AssumeRolePolicyDocument"])
        description = f"{role.logical_id} of {role.location.product}"
        yield Role(name, description, "product role", "", (), statements, trust, bounded=True)


def _statements(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements as IAM has them: alternatives of a condition are listed one after another."""
    nested = document["Statement"]
    statements = [statement for item in nested for statement in (item if isinstance(item, list) else [item])]
    return tuple(_flat(statement) for statement in statements)


def _flat(statement: Mapping[str, Any]) -> Statement:
    resource = {"Resource": list(strings_at(statement["Resource"]))} if "Resource" in statement else {}
    condition = {
        operator: {key: list(strings_at(values)) for key, values in keys.items()}
        for operator, keys in statement.get("Condition", {}).items()
    }
    return {**statement, **resource, "Condition": condition}


def _workloads(resources: tuple[Resource, ...]) -> Iterator[Workload]:
    for resource in resources:
        roles = (
            strings_at(resource.properties, _ROLE_PROPERTIES[resource.type])
            if resource.type in _ROLE_PROPERTIES
            else ()
        )
        is_build = resource.type == "AWS::CodeBuild::Project"
        locations = tuple(dict.fromkeys(_code_locations(resource, resources))) if is_build else ()
        yield from (Workload(arn, role, locations) for role in roles for arn in resource.arns)


def _code_locations(build: Resource, resources: tuple[Resource, ...]) -> Iterator[str]:
    """ARNs of where people write the build's commands.

    With a Git source that is the repository and the artifact bucket; else the same only if the buildspec is a file of
    the source. A build outside of a pipeline has a source archive of the hub and the commands of its template.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    (buildspec,) = strings_at(build.properties, "Source", "BuildSpec") or ("buildspec.yml",)
    inline = "\n" in buildspec
    if strings_at(build.properties, "Source", "Type") != ("CODEPIPELINE",) and inline:
        return
    own = [name for resource in resources if resource.type == "AWS::CodeCommit::Repository" for name in resource.names]
    for pipeline in (resource for resource in resources if resource.type == "AWS::CodePipeline::Pipeline"):
        providers = strings_at(pipeline.properties, "Stages", "Actions", "ActionTypeId", "Provider")
        if inline and not set(_GIT_PROVIDERS) & set(providers):
            continue
        sources = strings_at(pipeline.properties, "Stages", "Actions", "Configuration", "RepositoryName")
        for name in (*own, *(source for source in sources if source != "*")):
            yield build.location.arn(f"arn:${{Partition}}:codecommit:${{Region}}:${{Account}}:{name}")
        for bucket in strings_at(pipeline.properties, "ArtifactStore", "Location"):
            yield build.location.arn(f"arn:${{Partition}}:s3:::{bucket}/x")
