"""Report groups of one account and region and the reports that builds add to them, in memory.

https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import parse  # type: ignore[import-untyped]

from scripts.localaws.core import clock
from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.codebuild.artifacts import matches
from scripts.localaws.services.codebuild.buildspec import Report

Record = dict[str, Any]
_EXPIRY = timedelta(days=30)  # https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html
_TYPES = {"JUNITXML": "TEST", "COBERTURAXML": "CODE_COVERAGE"}


class Reports:
    """Report groups and reports by ARN."""

    def __init__(self, account: str, region: str) -> None:
        self._head = f"arn:aws:codebuild:{region}:{account}:report"
        self.groups: dict[str, Record] = {}
        self.reports: dict[str, Record] = {}
        self.test_cases: dict[str, list[Record]] = {}

    def create(self, params: Record) -> Record:
        """Create a report group; ResourceAlreadyExistsException if the name exists."""
        arn, now = f"{self._head}-group/{params['name']}", clock.now()
        if arn in self.groups:
            raise AwsError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
        self.groups[arn] = {**params, "arn": arn, "created": now, "lastModified": now, "status": "ACTIVE"}
        return self.groups[arn]

    def update(self, params: Record) -> Record:
        """Replace the settings that the request contains; ResourceNotFoundException if there is no such group."""
        self._group(params["arn"]).update(params, lastModified=clock.now())
        return self.groups[params["arn"]]

    def _group(self, arn: str) -> Record:
        if arn not in self.groups:
            raise AwsError("ResourceNotFoundException", f"Report group does not exist: {arn}")
        return self.groups[arn]

    def delete(self, arn: str) -> Record:
        """Delete a report group; one that does not exist is no error."""
        self.groups.pop(arn, None)
        return {}

    def of_group(self, arn: str) -> Record:
        """The ARNs of a group's reports, newest first."""
        self._group(arn)
        return {"reports": [name for name, report in reversed(self.reports.items()) if report["reportGroupArn"] == arn]}

    def cases(self, arn: str) -> Record:
        """The test cases of a report; ResourceNotFoundException if there is no such report."""
        if arn not in self.reports:
            raise AwsError("ResourceNotFoundException", f"Report does not exist: {arn}")
        return {"testCases": self.test_cases.get(arn, [])}

    def read(self, build: Record, reports: Sequence[Report], folder: Path) -> None:
        """Add a report to each group that the buildspec names, from the files of the build."""
        build["reportArns"] = [
            self._add(build, report, files)
            for report in reports
            if (files := [*matches(report.files, folder).values()])
        ]

    def _add(self, build: Record, report: Report, files: list[Path]) -> str:
        name = report.group.rpartition("/")[2] if ":" in report.group else f"{build['projectName']}-{report.group}"
        group = f"{self._head}-group/{name}"
        if group not in self.groups:
            self.create({"name": name, "type": _TYPES.get(report.file_format, "TEST")})
        arn, now = f"{self._head}/{name}:{uuid.uuid4()}", clock.now()
        record = {"arn": arn, "name": name, "reportGroupArn": group, "executionId": build["arn"], "created": now}
        self.reports[arn] = {**record, "expired": now + _EXPIRY, "type": self.groups[group]["type"], "truncated": False}
        self.reports[arn] |= self._content(arn, report, files)
        return arn

    def _content(self, arn: str, report: Report, files: list[Path]) -> Record:
        """Status and summary of a report. A file that cannot be read, or a format that is not emulated, fails it."""
        try:
            roots = [parse(file).getroot() for file in files]
        except (ParseError, ValueError):
            return {"status": "FAILED"}
        if report.file_format == "COBERTURAXML":
            return {"status": "SUCCEEDED", "codeCoverageSummary": _coverage(roots)}
        if report.file_format != "JUNITXML":
            return {"status": "FAILED"}
        self.test_cases[arn] = cases = [case for root in roots for case in _test_cases(arn, root)]
        counts = Counter(case["status"] for case in cases)
        seconds = sum(case["durationInNanoSeconds"] for case in cases)
        summary = {"total": len(cases), "statusCounts": dict(counts), "durationInNanoSeconds": seconds}
        failed = counts["FAILED"] + counts["ERROR"]
        return {"status": "FAILED" if failed else "SUCCEEDED", "testSummary": summary}


def _test_cases(arn: str, root: Element) -> Iterator[Record]:
    for case in root.iter("testcase"):
        status = next((_STATUSES[child.tag] for child in case if child.tag in _STATUSES), "SUCCEEDED")
        message = next((child.get("message", "") for child in case if child.tag in _STATUSES), "")
        seconds = int(float(case.get("time", 0)) * 1e9)
        names = {"reportArn": arn, "name": case.get("name", ""), "prefix": case.get("classname", "")}
        yield {**names, "status": status, "message": message, "durationInNanoSeconds": seconds}


_STATUSES = {"failure": "FAILED", "error": "ERROR", "skipped": "SKIPPED"}


def _coverage(roots: list[Element]) -> Record:
    """Lines and branches that tests reach."""
    names = ("lines-covered", "lines-valid", "branches-covered", "branches-valid")
    lines, of_lines, branches, of_branches = (sum(int(root.get(name, 0)) for root in roots) for name in names)
    return {
        "lineCoveragePercentage": 100 * lines / of_lines if of_lines else 0.0,
        "linesCovered": lines,
        "linesMissed": of_lines - lines,
        "branchCoveragePercentage": 100 * branches / of_branches if of_branches else 0.0,
        "branchesCovered": branches,
        "branchesMissed": of_branches - branches,
    }
