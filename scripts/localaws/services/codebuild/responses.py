"""The door: the operations that are held, checked against botocore's model."""

import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from scripts.localaws.core.request_validation import check
from scripts.localaws.services.codebuild.models import Store, store

Answer = dict[str, Any]


class CodeBuildResponse(BaseResponse):
    """Every operation of OPERATIONS."""

    def __init__(self) -> None:
        super().__init__(service_name="codebuild")

    def call_action(self) -> Any:
        """Answer one request."""
        name, params = self._get_action(), json.loads(self.body or "{}")
        if name not in OPERATIONS:
            raise NotImplementedError(name)
        check(get_service_model("codebuild").operation_model(name).input_shape, params)
        reply = OPERATIONS[name](store(self.current_account, self.region), params)
        return self.serialized(ActionResult(reply))


def _get_projects(at: Store, params: Answer) -> Answer:
    names = {name.rpartition("/")[2]: name for name in params["names"]}
    found = [at.projects[short] for short in names if short in at.projects]
    return {"projects": found, "projectsNotFound": [names[short] for short in names if short not in at.projects]}


def _get_builds(at: Store, params: Answer) -> Answer:
    found = [at.builds[id].shown() for id in params["ids"] if id in at.builds]
    return {"builds": found, "buildsNotFound": [id for id in params["ids"] if id not in at.builds]}


def _list_builds(at: Store, params: Answer) -> Answer:
    name = params.get("projectName")
    if name:
        at.project(name)
    own = [id for id, build in at.builds.items() if name in (None, build.record["projectName"])]
    newest_first = params.get("sortOrder") != "ASCENDING"
    return {"ids": own[::-1] if newest_first else own}


def _delete_project(at: Store, params: Answer) -> Answer:
    at.projects.pop(params["name"], None)
    return {}


OPERATIONS: dict[str, Callable[[Store, Answer], Answer]] = {
    "BatchGetBuilds": _get_builds,
    "BatchGetProjects": _get_projects,
    "BatchGetReportGroups": lambda at, params: at.reports.some(params["reportGroupArns"]),
    "CreateProject": lambda at, params: {"project": at.create(params)},
    "CreateReportGroup": lambda at, params: {"reportGroup": at.reports.create(params)},
    "DeleteProject": _delete_project,
    "DeleteReportGroup": lambda at, params: at.reports.delete(params["arn"]),
    "ListBuilds": _list_builds,
    "ListBuildsForProject": _list_builds,
    "ListProjects": lambda at, params: {"projects": sorted(at.projects)},
    "ListReportGroups": lambda at, params: {"reportGroups": sorted(at.reports.groups)},
    "StartBuild": lambda at, params: {"build": at.start(params).shown()},
    "StopBuild": lambda at, params: {"build": at.build(params["id"]).stop()},
    "UpdateProject": lambda at, params: {"project": at.update(params)},
    "UpdateReportGroup": lambda at, params: {"reportGroup": at.reports.update(params)},
}
