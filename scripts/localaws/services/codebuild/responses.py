"""CodeBuild operations, validated against botocore's model."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scripts.localaws.core.table_response import Members, TableResponse
from scripts.localaws.services.codebuild.models import Store, store


def _batch(name: str, records: Mapping[str, Any], ids: Iterable[str]) -> Members:
    """The records that exist, and the ids of the others."""
    missing = [id for id in ids if id not in records]
    return {name: [records[id] for id in ids if id in records], f"{name}NotFound": missing}


def _get_projects(build_store: Store, params: Members) -> Members:
    """A project is found by name or ARN."""
    names = {id: id.rpartition("/")[2] for id in params["names"]}
    projects = {id: build_store.projects[name] for id, name in names.items() if name in build_store.projects}
    return _batch("projects", projects, names)


def _get_builds(build_store: Store, params: Members) -> Members:
    ids = params["ids"]
    return _batch("builds", {id: build_store.builds[id].description() for id in ids if id in build_store.builds}, ids)


def _list_builds(build_store: Store, params: Members) -> Members:
    name = params.get("projectName")
    if name:
        build_store.project(name)
    ids = [id for id, build in build_store.builds.items() if name in (None, build.record["projectName"])]
    newest_first = params.get("sortOrder") != "ASCENDING"
    return {"ids": ids[::-1] if newest_first else ids}


def _delete_project(build_store: Store, params: Members) -> Members:
    build_store.projects.pop(params["name"], None)
    return {}


OPERATIONS: dict[str, Callable[[Store, Members], Members]] = {
    "BatchGetBuilds": _get_builds,
    "BatchGetProjects": _get_projects,
    "BatchGetReports": lambda build_store, params: _batch("reports", build_store.reports.reports, params["reportArns"]),
    "BatchGetReportGroups": lambda build_store, params: _batch(
        "reportGroups", build_store.reports.groups, params["reportGroupArns"]
    ),
    "CreateProject": lambda build_store, params: {"project": build_store.create(params)},
    "CreateReportGroup": lambda build_store, params: {"reportGroup": build_store.reports.create(params)},
    "DeleteProject": _delete_project,
    "DeleteReportGroup": lambda build_store, params: build_store.reports.delete(params["arn"]),
    "DescribeTestCases": lambda build_store, params: build_store.reports.cases(params["reportArn"]),
    "ListBuildsForProject": _list_builds,
    "ListProjects": lambda build_store, params: {"projects": sorted(build_store.projects)},
    "ListReportGroups": lambda build_store, params: {"reportGroups": sorted(build_store.reports.groups)},
    "ListReportsForReportGroup": lambda build_store, params: build_store.reports.of_group(params["reportGroupArn"]),
    "StartBuild": lambda build_store, params: {"build": build_store.start(params).description()},
    "StopBuild": lambda build_store, params: {"build": build_store.build(params["id"]).stop()},
    "UpdateProject": lambda build_store, params: {"project": build_store.update(params)},
    "UpdateReportGroup": lambda build_store, params: {"reportGroup": build_store.reports.update(params)},
}


class CodeBuildResponse(TableResponse):
    """The responses of CodeBuild."""

    service, operations, store = "codebuild", OPERATIONS, store


RESPONSE = ("codebuild", CodeBuildResponse)
