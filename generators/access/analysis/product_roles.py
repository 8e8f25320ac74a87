"""The roles that the newest version of each product makes, and what works under which role. Reads the frozen templates.

Every product is launched once in the example account, all conditions of its template holding at once, so that nothing
that it can make is left out.
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

# Type of what works -> the property that names its role.
_WORKS = {
    "AWS::CodeBuild::Project": "ServiceRole",
    "AWS::CodePipeline::Pipeline": "RoleArn",
    "AWS::Lambda::Function": "Role",
    "AWS::SageMaker::Pipeline": "RoleArn",
    "AWS::StepFunctions::StateMachine": "RoleArn",
}
_REPOSITORY = ("CodeCommit", "CodeStarSourceConnection")
_CONTRACT = "AWS::SSM::Parameter::Value<"
_ANSWERS = {"Repository": f"{EXAMPLE_VALUES['name_prefix']}-x"}  # a team's developers may push to it; others: "x"


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that works under a role, by their ARNs, and where people write the commands that it follows."""

    arn: str
    role: str
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRoles:
    """What the products make."""

    roles: tuple[Role, ...]
    works: tuple[Workload, ...]


def read(root: Path) -> ProductRoles:
    """All of it, the account's values filled in."""
    holds = {path: example(text) for path, text in contract_values(root).items()}
    launched = [_launched(product, holds) for product in load.products(root)]
    return ProductRoles(
        tuple(role for things in launched for role in _roles(things)),
        tuple(work for things in launched for work in _works(things)),
    )


def _launched(product: Product, holds: Mapping[str, str]) -> tuple[Resource, ...]:
    suffix = sha256(product.name.encode()).hexdigest()[:8]  # of names, the first group of the stack's id
    template = _suffixed(json.loads(versions_folder.releases(product)[-1].body), suffix)
    asked = {name: it for name, it in template["Parameters"].items() if not it["Type"].startswith(_CONTRACT)}
    answers = {f"answer:{name}": _ANSWERS.get(name, str(it.get("Default", "x"))) for name, it in asked.items()}
    template["Parameters"] |= {name: {**it, "Default": f"answer:{name}"} for name, it in asked.items()}
    names = ("partition", "region", "account_id", "name_prefix")
    location = StackLocation(**{name.removesuffix("_id"): EXAMPLE_VALUES[name] for name in names}, product=product.name)
    return TemplateResolver(template, {**holds, **answers}, EXAMPLE_VALUES["name_prefix"], location).resources()


def _suffixed(node: Any, suffix: str) -> Any:
    """The template with a text in the place of the stack's suffix."""
    if isinstance(node, list):
        return [_suffixed(it, suffix) for it in node]
    if not isinstance(node, dict):
        return node
    if "Fn::Select" in node and "AWS::StackId" in json.dumps(node):
        return suffix
    return {key: _suffixed(it, suffix) for key, it in node.items()}


def _roles(things: tuple[Resource, ...]) -> Iterator[Role]:
    attached = [it.properties for it in things if it.type == "AWS::IAM::Policy"]
    for it in (it for it in things if it.type == "AWS::IAM::Role"):
        own = [policy["PolicyDocument"] for policy in it.properties.get("Policies", ())]
        [name] = it.names
        own += [policy["PolicyDocument"] for policy in attached if name in strings_at(policy.get("Roles", ()))]
        statements = tuple(statement for document in own for statement in _statements(document))
        trust = _statements(it.properties["AssumeRolePolicyDocument"])
        yield Role(
            name, f"{it.logical_id} of {it.location.product}", "product role", "", (), statements, trust, bounded=True
        )


def _statements(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Flat, as IAM has them: where a resource stands may be several ARNs, where a statement stands alternatives."""
    found: list[Statement] = []
    for written in document["Statement"]:
        for it in written if isinstance(written, list) else [written]:
            reached = {"Resource": list(strings_at(it["Resource"]))} if "Resource" in it else {}
            found.append({**it, **reached, "Condition": _conditions(it.get("Condition", {}))})
    return tuple(found)


def _conditions(written: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    return {name: {key: list(strings_at(values)) for key, values in lines.items()} for name, lines in written.items()}


def _works(things: tuple[Resource, ...]) -> Iterator[Workload]:
    for it in things:
        roles = strings_at(it.properties, _WORKS[it.type]) if it.type in _WORKS else ()
        code = tuple(dict.fromkeys(_code(it, things))) if it.type == "AWS::CodeBuild::Project" else ()
        yield from (Workload(arn, role, code) for role in roles for arn in it.arns)


def _code(build: Resource, things: tuple[Resource, ...]) -> Iterator[str]:
    """What of a build people write: all where its source is a repository, else only a buildspec that is a file of it.

    A build outside of every pipeline has an archive of the hub's for its source, and commands of the template.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    (buildspec,) = strings_at(build.properties, "Source", "BuildSpec") or ("buildspec.yml",)
    if strings_at(build.properties, "Source", "Type") != ("CODEPIPELINE",) and "\n" in buildspec:
        return
    here = [it for thing in things if thing.type == "AWS::CodeCommit::Repository" for it in thing.names]
    for pipeline in (it for it in things if it.type == "AWS::CodePipeline::Pipeline"):
        providers = strings_at(pipeline.properties, "Stages", "Actions", "ActionTypeId", "Provider")
        if set(_REPOSITORY) & set(providers) or "\n" not in buildspec:
            named = strings_at(pipeline.properties, "Stages", "Actions", "Configuration", "RepositoryName")
            names = [*here, *(it for it in named if it != "*")]
            yield from (
                build.location.arn(f"arn:${{Partition}}:codecommit:${{Region}}:${{Account}}:{it}") for it in names
            )
            stores = strings_at(pipeline.properties, "ArtifactStore", "Location")
            yield from (build.location.arn(f"arn:${{Partition}}:s3:::{it}/x") for it in stores)
