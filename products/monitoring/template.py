"""Monitoring of an account: failed runs, an endpoint, its model, and the monthly budget."""

import json
from pathlib import Path
from typing import Any

from troposphere import And, AWSObject, Condition, Equals, FindInMap, GetAtt, If, Not, Ref, Sub, Template, events
from troposphere import cloudwatch as cw

from generators import kit

HERE = Path(__file__).parent
GROUP = "What is watched"
NONE = "none"
PROBLEMS = {"regression": "Regression", "binary": "BinaryClassification", "multiclass": "MulticlassClassification"}
ENDPOINT_ONLY, MONITORS_ONLY = {"Condition": "HasEndpoint"}, {"Condition": "HasMonitors"}
FREQUENT_FAILURES = 3  # of one kind in an hour
_CONSOLE = "https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/"


def build() -> Template:
    """The template of the product."""
    t = Template("Tells a team what goes wrong: failed runs, a slow or faulty endpoint, a model that drifts, the bill")
    add_parameters(t)
    t.add_condition("HasEndpoint", Not(Equals(Ref("Endpoint"), NONE)))
    t.add_condition("HasMonitors", And(Condition("HasEndpoint"), Not(Equals(Ref("Monitors"), NONE))))
    t.add_rule("MonitorsNeedAnEndpoint", monitors_need_an_endpoint())
    t.add_mapping("Problem", {name: {"Type": problem_type} for name, problem_type in PROBLEMS.items()})
    t.add_resource(kit.alarm_topic(t, "monitoring", Ref("Address")))
    for name, pattern in failures().items():
        t.add_resource(failure(t, name, pattern))
    t.add_resource(endpoint_alarms(t))
    t.add_resource(monitors(t))
    t.add_resource([kit.monthly_budget(t, Ref("MonthlyBudget")), dashboard(t)])
    add_outputs(t)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters of the launch form."""
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
    problems: dict[str, Any] = {
        "AllowedValues": [NONE, *PROBLEMS],
        "Description": "What the model predicts, if its data and answers are to be compared with a baseline",
    }
    latency: dict[str, Any] = {
        "MinValue": 10,
        "MaxValue": 60000,
        "Description": "Longer average answers of the endpoint are an alarm",
    }
    budget: dict[str, Any] = {
        "MinValue": 10,
        "MaxValue": 1000000,
        "Description": "What the account may cost in a month; people are told at 80 % and when more is forecast",
    }
    kit.add_parameter(t, GROUP, "E-mail address", "Address", Type="String", **address)
    kit.add_parameter(t, GROUP, "Endpoint", "Endpoint", Type="String", Default=NONE, **endpoint)
    kit.add_parameter(t, GROUP, "Monitors of the model", "Monitors", Type="String", Default=NONE, **problems)
    kit.add_parameter(
        t, GROUP, "Slow answer, in milliseconds", "LatencyMilliseconds", Type="Number", Default=1000, **latency
    )
    kit.add_parameter(t, GROUP, "Budget, in dollars", "MonthlyBudget", Type="Number", Default=1000, **budget)


def monitors_need_an_endpoint() -> dict[str, Any]:
    """A rule of the template, which CloudFormation checks before it creates resources."""
    message = "Monitors of the model watch an endpoint: name it, or choose none for the monitors"
    assertion = {"Assert": Not(Equals(Ref("Endpoint"), NONE)), "AssertDescription": message}
    return {"RuleCondition": Not(Equals(Ref("Monitors"), NONE)), "Assertions": [assertion]}


def failures() -> dict[str, Any]:
    """Name of a failure -> event pattern."""
    patterns: dict[str, Any] = json.loads((HERE / "failures.json").read_text(encoding="utf-8"))
    return patterns


def failure(t: Template, name: str, pattern: dict[str, Any]) -> list[AWSObject]:
    """A rule that notifies of each failure, and an alarm on frequent ones.

    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """
    transformer = events.InputTransformer(
        InputPathsMap={"kind": "$.detail-type", "time": "$.time", "what": "$.resources[0]"},
        InputTemplate=f'"{name} at <time>: <kind>, <what>"',
    )
    rule = events.Rule(
        name,
        Name=kit.resource_name(kit.to_kebab_case(name)),
        Description=f"Tells people: {name}",
        EventPattern=pattern,
        State="ENABLED",
        Targets=[events.Target(Id="people", Arn=Ref("Topic"), InputTransformer=transformer)],
        Tags=kit.tags(t),
        DependsOn="TopicPolicy",
    )
    properties = {
        "Namespace": "AWS/Events",
        "Statistic": "Sum",
        "Period": 3600,
        "EvaluationPeriods": 1,
        **alarm_actions(),
    }
    text = f"{name}: {FREQUENT_FAILURES} times or more in an hour"
    dims = {"RuleName": kit.resource_name(kit.to_kebab_case(name))}
    return [
        rule,
        kit.alarm(t, f"{name}Often", text, "TriggeredRules", dims, Threshold=FREQUENT_FAILURES - 1, **properties),
    ]


def alarm_actions() -> dict[str, Any]:
    """Notify when an alarm starts and when it ends."""
    return {"AlarmActions": [Ref("Topic")], "OKActions": [Ref("Topic")]}


def endpoint_alarms(t: Template) -> list[AWSObject]:
    """Alarms on errors, latency and exhausted instances of the endpoint.

    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    """
    dims = {"EndpointName": Ref("Endpoint"), "VariantName": "AllTraffic"}
    common = {"Statistic": "Average", **kit.ENDPOINT_METRIC, **alarm_actions(), **ENDPOINT_ONLY}
    instance = common | {"Namespace": "/aws/sagemaker/Endpoints"}
    slow = Sub("${LatencyMilliseconds}000")  # the metric is in microseconds
    prefix = "Answers of the endpoint"
    return [
        kit.alarm(t, "Errors", f"{prefix}: over 1 % fail", "Invocation5XXErrors", dims, Threshold=0.01, **common),
        kit.alarm(t, "Refusals", f"{prefix}: over 10 % refused", "Invocation4XXErrors", dims, Threshold=0.1, **common),
        kit.alarm(t, "Slow", f"{prefix}: slow", "ModelLatency", dims, Threshold=slow, **common),
        kit.alarm(t, "Memory", "Memory of the instances is short", "MemoryUtilization", dims, Threshold=90, **instance),
        kit.alarm(t, "Disk", "Disks of the instances are full", "DiskUtilization", dims, Threshold=85, **instance),
    ]


def monitors(t: Template) -> list[AWSObject]:
    """The monitors, with baselines and labels in the product's bucket, so that no user names their location."""
    bucket, policy = kit.private_bucket(t, "MonitorBucket", "monitor")
    group = kit.security_group(t, "MonitorSecurityGroup", "Jobs that watch the model")
    own_objects = Sub("${Bucket}/*", Bucket=GetAtt(bucket, "Arn"))
    permissions = [
        kit.allow(["s3:GetObject"], kit.team_object_arns()),
        kit.allow(["s3:ListBucket"], kit.team_bucket_arns()),
        kit.allow(["s3:PutObject", "s3:AbortMultipartUpload"], [own_objects]),
    ]
    role = kit.job_role(t, "MonitorRole", kit.resource_name("monitor"), *permissions)
    for resource in (bucket, policy, group, role):
        resource.resource.update(MONITORS_ONLY)
    network = kit.job_network(t, group)
    settings = kit.MonitorSettings(Ref("Endpoint"), "s3://${MonitorBucket}", GetAtt(role, "Arn"), network)
    problem = FindInMap("Problem", Ref("Monitors"), "Type")
    data = kit.monitor(t, "DataQuality", kit.resource_name("dq-${Endpoint}"), settings, kit.HOURLY, **MONITORS_ONLY)
    name = kit.resource_name("mq-${Monitors}-${Endpoint}")
    quality = kit.monitor(t, "ModelQuality", name, settings, kit.DAILY, problem, **MONITORS_ONLY)
    bias = kit.monitor(t, "ModelBias", kit.resource_name("mb-${Endpoint}"), settings, kit.DAILY, **MONITORS_ONLY)
    explanations = kit.monitor(
        t, "ModelExplainability", kit.resource_name("me-${Endpoint}"), settings, kit.DAILY, **MONITORS_ONLY
    )
    return [bucket, policy, group, role, *data, *quality, *bias, *explanations]


def dashboard(t: Template) -> cw.Dashboard:
    """A dashboard of failed runs, and of the endpoint if there is one; dashboard.json contains the widgets."""
    widgets = json.loads((HERE / "dashboard.json").read_text(encoding="utf-8"))
    account, whole = widgets["account"], [*widgets["account"], *widgets["endpoint"]]
    rules = {name: kit.resource_name(kit.to_kebab_case(name)) for name in failures()}
    bodies = [Sub(json.dumps({"widgets": parts}), **rules) for parts in (whole, account)]
    body = If("HasEndpoint", *bodies)
    return cw.Dashboard(
        "Dashboard", DashboardName=kit.resource_name("monitoring"), DashboardBody=body, Tags=kit.tags(t)
    )


def add_outputs(t: Template) -> None:
    """Add the outputs."""
    kit.add_output(t, "Topic", "Topic that tells people; others of the account may subscribe to it", Ref("Topic"))
    kit.add_output(t, "DashboardUrl", "What is going on, as a picture", Sub(f"{_CONSOLE}${{Dashboard}}"))
    kit.add_output(
        t, "BaselineLocation", "Put baselines here", Sub("s3://${MonitorBucket}/baselines/"), **MONITORS_ONLY
    )
    kit.add_output(t, "LabelLocation", "Put what came true here", Sub("s3://${MonitorBucket}/labels/"), **MONITORS_ONLY)
    kit.add_output(
        t, "ReportLocation", "What the monitors found", Sub("s3://${MonitorBucket}/reports/"), **MONITORS_ONLY
    )
