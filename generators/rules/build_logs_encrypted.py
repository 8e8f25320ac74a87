"""Builds keep logs under a key."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be, undecided
from generators.rules._template import Resource, Template, referenced


class BuildLogsEncrypted(PlatformRule):
    """What a build did can be read afterwards: in a log group of the product, and never in a file without encryption.

    Control 66 [CodeBuild.4]. https://docs.aws.amazon.com/codebuild/latest/APIReference/API_LogsConfig.html
    """

    id = "E9042"
    types = ("AWS::CodeBuild::Project",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The log group is the template's own, so that E9017 judges its key; files are encrypted if there are any."""
        for place in resource.at("LogsConfig.CloudWatchLogs.Status"):
            yield from must_be(template, place, "LogsConfig.CloudWatchLogs.Status", "ENABLED")
        for place in resource.at("LogsConfig.CloudWatchLogs.GroupName"):
            yield from _group(template, place)
        for place in resource.at("LogsConfig.S3Logs.EncryptionDisabled"):
            if not place.missing:
                yield from must_be(template, place, "LogsConfig.S3Logs.EncryptionDisabled", "false")


def _group(template: Template, place: PropertyValue) -> Verdicts:
    made_here = {group.name for group in template.resources("AWS::Logs::LogGroup")}
    if place.missing:
        yield place.path, "CodeBuild makes a log group without key or end; name one of the product in GroupName"
    elif place.undecided and not referenced(place.value):
        yield undecided(place, "the log group")
    elif referenced(place.value) not in made_here:
        yield place.path, "the log group is not the product's own; refer to one of this template"
