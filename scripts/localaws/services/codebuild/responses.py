"""CodeBuild operations, validated against botocore's model."""

from collections.abc import Callable

from scripts.localaws.core.table_response import Members, TableResponse
from scripts.localaws.services.codebuild.models import Store, store


def _get_projects(build_store: Store, params: Members) -> Members:
    names = {name.rpartition("/")[2]: name for name in params["names"]}
    projects = [build_store.projects[short_name] for short_name in names if short_name in build_store.projects]
    return {
        "projects": projects,
        "projectsNotFound": [names[short_name] for short_name in names if short_name not in build_store.projects],
    }


def _get_builds(build_store: Store, params: Members) -> Members:
    builds = [build_store.builds[id].description() for id in params["ids"] if id in build_store.builds]
    return {"builds": builds, "buildsNotFound": [id for id in params["ids"] if id not in build_store.builds]}


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
    "BatchGetReports": lambda build_store, params: build_store.reports.batch_get_reports(params["reportArns"]),
    "BatchGetReportGroups": lambda build_store, params: build_store.reports.batch_get(params["reportGroupArns"]),
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
