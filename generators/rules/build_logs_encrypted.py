"""Logs of CodeBuild projects."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_value, unresolved
from generators.rules._template import Resource, Template, logical_id


class BuildLogsEncrypted(PlatformRule):
    """Expect a log group of the same template, whose key E9017 checks; check S3 log files when there are any."""

    id = "E9042"
    shortdesc = "Build projects must log to an encrypted log group of the product."
    description = "Logs show afterwards what a build did; log files in S3 must be encrypted too."
    source_url = "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_LogsConfig.html"
    controls = (66,)
    security_hub_ids = ("CodeBuild.3", "CodeBuild.4")
    types = ("AWS::CodeBuild::Project",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("LogsConfig.CloudWatchLogs.Status"):
            yield from require_value(template, prop, "LogsConfig.CloudWatchLogs.Status", "ENABLED")
        for prop in resource.at("LogsConfig.CloudWatchLogs.GroupName"):
            yield from _group(template, prop)
        for prop in resource.at("LogsConfig.S3Logs.EncryptionDisabled"):
            if not prop.missing:
                yield from require_value(template, prop, "LogsConfig.S3Logs.EncryptionDisabled", "false")


def _group(template: Template, prop: PropertyValue) -> Problems:
    own_groups = {group.name for group in template.resources("AWS::Logs::LogGroup")}
    if prop.missing:
        yield prop.path, "CodeBuild makes a log group without key or end; name one of the product in GroupName"
    elif prop.unresolved and not logical_id(prop.value):
        yield unresolved(prop, "the log group")
    elif logical_id(prop.value) not in own_groups:
        yield prop.path, "the log group is not the product's own; refer to one of this template"
