"""What goes wrong in an account is told to its team: runs, an endpoint, the model behind it, the bill."""

import json
from pathlib import Path
from typing import Any

from troposphere import And, AWSObject, Condition, Equals, FindInMap, GetAtt, If, Not, Ref, Sub, Template, events
from troposphere import cloudwatch as cw

from generators import kit

HERE = Path(__file__).parent
YOURS = "What is watched"
NONE = "none"
PROBLEMS = {"regression": "Regression", "binary": "BinaryClassification", "multiclass": "MulticlassClassification"}
OF_ENDPOINT, OF_MODEL = {"Condition": "HasEndpoint"}, {"Condition": "HasMonitors"}
OFTEN = 3  # failures of one kind in an hour
_CONSOLE = "https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/"


def build() -> Template:
    """What the technical lead gets."""
    t = Template("Tells a team what goes wrong: failed runs, a slow or faulty endpoint, a model that drifts, the bill")
    add_parameters(t)
    t.add_condition("HasEndpoint", Not(Equals(Ref("Endpoint"), NONE)))
    t.add_condition("HasMonitors", And(Condition("HasEndpoint"), Not(Equals(Ref("Monitors"), NONE))))
    t.add_rule("MonitorsNeedAnEndpoint", monitors_need_an_endpoint())
    t.add_mapping("Problem", {name: {"Type": kind} for name, kind in PROBLEMS.items()})
    t.add_resource(kit.alarm_topic(t, "monitoring", Ref("Address")))
    for name, pattern in failures().items():
        t.add_resource(failure(t, name, pattern))
    t.add_resource(endpoint_alarms(t))
    t.add_resource(monitors(t))
    t.add_resource([kit.monthly_budget(t, Ref("MonthlyBudget")), dashboard(t)])
    outputs(t)
    return t


def add_parameters(t: Template) -> None:
    """All that the user is asked."""
    address: dict[str, Any] = {
        "AllowedPattern": r"[^@\s,]{1,64}@[^@\s,]{1,190}\.[a-zA-Z]{2,24}",
        "ConstraintDescription": "one e-mail address, such as team@bank.example",
        "Description": "Who is told; AWS sends a message to it that must be confirmed once",
    }
    endpoint: dict[str, Any] = {
        "AllowedPattern": "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,33}",
        "ConstraintDescription": "none, or the name of an endpoint of at most 34 letters, digits and dashes",
        "Description": "The endpoint that is watched, output EndpointName of an inference pipeline; none for none",
    }
    kinds: dict[str, Any] = {
        "AllowedValues": [NONE, *PROBLEMS],
        "Description": "What the model predicts, if its data and answers are to be compared with a baseline",
    }
    slow: dict[str, Any] = {
        "MinValue": 10,
        "MaxValue": 60000,
        "Description": "Longer average answers of the endpoint are an alarm",
    }
    money: dict[str, Any] = {
        "MinValue": 10,
        "MaxValue": 1000000,
        "Description": "What the account may cost in a month; people are told at 80 % and when more is forecast",
    }
    kit.add_parameter(t, YOURS, "E-mail address", "Address", Type="String", **address)
    kit.add_parameter(t, YOURS, "Endpoint", "Endpoint", Type="String", Default=NONE, **endpoint)
    kit.add_parameter(t, YOURS, "Monitors of the model", "Monitors", Type="String", Default=NONE, **kinds)
    kit.add_parameter(
        t, YOURS, "Slow answer, in milliseconds", "LatencyMilliseconds", Type="Number", Default=1000, **slow
    )
    kit.add_parameter(t, YOURS, "Budget, in dollars", "MonthlyBudget", Type="Number", Default=1000, **money)


def monitors_need_an_endpoint() -> dict[str, Any]:
    """Asked before anything is made."""
    told = "Monitors of the model watch an endpoint: name it, or choose none for the monitors"
    watched = {"Assert": Not(Equals(Ref("Endpoint"), NONE)), "AssertDescription": told}
    return {"RuleCondition": Not(Equals(Ref("Monitors"), NONE)), "Assertions": [watched]}


def failures() -> dict[str, Any]:
    """What is told -> which events it is."""
    found: dict[str, Any] = json.loads((HERE / "failures.json").read_text(encoding="utf-8"))
    return found


def failure(t: Template, name: str, pattern: dict[str, Any]) -> list[AWSObject]:
    """Each failure is told as it happens; many of one kind are an alarm.

    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """
    told = events.InputTransformer(
        InputPathsMap={"kind": "$.detail-type", "time": "$.time", "what": "$.resources[0]"},
        InputTemplate=f'"{name} at <time>: <kind>, <what>"',
    )
    rule = events.Rule(
        name,
        Name=kit.resource_name(kit.to_kebab_case(name)),
        Description=f"Tells people: {name}",
        EventPattern=pattern,
        State="ENABLED",
        Targets=[events.Target(Id="people", Arn=Ref("Topic"), InputTransformer=told)],
        Tags=kit.tags(t),
        DependsOn="TopicPolicy",
    )
    counted = {"Namespace": "AWS/Events", "Statistic": "Sum", "Period": 3600, "EvaluationPeriods": 1, **people()}
    text = f"{name}: {OFTEN} times or more in an hour"
    where = {"RuleName": kit.resource_name(kit.to_kebab_case(name))}
    return [
        rule,
        kit.alarm(t, f"{name}Often", text, "TriggeredRules", where, Threshold=OFTEN - 1, **counted),
    ]


def people() -> dict[str, Any]:
    """An alarm tells when it begins and when it is over."""
    return {"AlarmActions": [Ref("Topic")], "OKActions": [Ref("Topic")]}


def endpoint_alarms(t: Template) -> list[AWSObject]:
    """Errors, slow answers, and instances that are at their end.

    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    """
    where = {"EndpointName": Ref("Endpoint"), "VariantName": "AllTraffic"}
    common = {"Statistic": "Average", **kit.ENDPOINT, **people(), **OF_ENDPOINT}
    inside = common | {"Namespace": "/aws/sagemaker/Endpoints"}
    slow = Sub("${LatencyMilliseconds}000")  # the metric is in microseconds
    told = "Answers of the endpoint"
    return [
        kit.alarm(t, "Errors", f"{told}: over 1 % fail", "Invocation5XXErrors", where, Threshold=0.01, **common),
        kit.alarm(t, "Refusals", f"{told}: over 10 % refused", "Invocation4XXErrors", where, Threshold=0.1, **common),
        kit.alarm(t, "Slow", f"{told}: slow", "ModelLatency", where, Threshold=slow, **common),
        kit.alarm(t, "Memory", "Memory of the instances is short", "MemoryUtilization", where, Threshold=90, **inside),
        kit.alarm(t, "Disk", "Disks of the instances are full", "DiskUtilization", where, Threshold=85, **inside),
    ]


def monitors(t: Template) -> list[AWSObject]:
    """Baselines and labels go into the product's own bucket, so that monitors read nothing that somebody typed."""
    bucket, policy = kit.private_bucket(t, "MonitorBucket", "monitor")
    group = kit.security_group(t, "MonitorSecurityGroup", "Jobs that watch the model")
    own = Sub("${Bucket}/*", Bucket=GetAtt(bucket, "Arn"))
    may = [
        kit.allow(["s3:GetObject"], kit.team_objects()),
        kit.allow(["s3:ListBucket"], kit.team_buckets()),
        kit.allow(["s3:PutObject", "s3:AbortMultipartUpload"], [own]),
    ]
    role = kit.job_role(t, "MonitorRole", kit.resource_name("monitor"), *may)
    for part in (bucket, policy, group, role):
        part.resource.update(OF_MODEL)
    network = kit.job_network(t, group)
    watch = kit.MonitorSettings(Ref("Endpoint"), "s3://${MonitorBucket}", GetAtt(role, "Arn"), network)
    problem = FindInMap("Problem", Ref("Monitors"), "Type")
    data = kit.monitor(t, "DataQuality", kit.resource_name("dq-${Endpoint}"), watch, kit.HOURLY, **OF_MODEL)
    name = kit.resource_name("mq-${Monitors}-${Endpoint}")
    answers = kit.monitor(t, "ModelQuality", name, watch, kit.DAILY, problem, **OF_MODEL)
    bias = kit.monitor(t, "ModelBias", kit.resource_name("mb-${Endpoint}"), watch, kit.DAILY, **OF_MODEL)
    reasons = kit.monitor(t, "ModelExplainability", kit.resource_name("me-${Endpoint}"), watch, kit.DAILY, **OF_MODEL)
    return [bucket, policy, group, role, *data, *answers, *bias, *reasons]


def dashboard(t: Template) -> cw.Dashboard:
    """Failed runs, and the endpoint if there is one; dashboard.json holds the widgets."""
    widgets = json.loads((HERE / "dashboard.json").read_text(encoding="utf-8"))
    account, whole = widgets["account"], [*widgets["account"], *widgets["endpoint"]]
    rules = {name: kit.resource_name(kit.to_kebab_case(name)) for name in failures()}
    shown = [Sub(json.dumps({"widgets": it}), **rules) for it in (whole, account)]
    body = If("HasEndpoint", *shown)
    return cw.Dashboard(
        "Dashboard", DashboardName=kit.resource_name("monitoring"), DashboardBody=body, Tags=kit.tags(t)
    )


def outputs(t: Template) -> None:
    """What the user works with."""
    kit.add_output(t, "Topic", "Topic that tells people; others of the account may subscribe to it", Ref("Topic"))
    kit.add_output(t, "DashboardUrl", "What is going on, as a picture", Sub(f"{_CONSOLE}${{Dashboard}}"))
    kit.add_output(t, "BaselineLocation", "Put baselines here", Sub("s3://${MonitorBucket}/baselines/"), **OF_MODEL)
    kit.add_output(t, "LabelLocation", "Put what came true here", Sub("s3://${MonitorBucket}/labels/"), **OF_MODEL)
    kit.add_output(t, "ReportLocation", "What the monitors found", Sub("s3://${MonitorBucket}/reports/"), **OF_MODEL)
