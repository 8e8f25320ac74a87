"""Helpers of the CloudFormation tests: create a stack, wait for it, read why it failed."""

import json
import time
import uuid

CAPABLE = ["CAPABILITY_NAMED_IAM"]


class Stacks:
    """Stacks of one client; each stack gets a unique name."""

    def __init__(self, client):
        self.client = client
        self.arns = []

    def create(self, template, wait=True, **arguments):
        name = arguments.pop("StackName", f"t-{uuid.uuid4().hex[:12]}")
        body = template if isinstance(template, str) else json.dumps(template)
        arn = self.client.create_stack(StackName=name, TemplateBody=body, Capabilities=CAPABLE, **arguments)["StackId"]
        self.arns.append(arn)
        return self.wait_until_complete(arn) if wait else arn

    def update(self, stack, template, **arguments):
        arn = stack["StackId"]
        self.client.update_stack(StackName=arn, TemplateBody=json.dumps(template), Capabilities=CAPABLE, **arguments)
        return self.wait_until_complete(arn)

    def delete(self, stack):
        self.client.delete_stack(StackName=stack["StackId"])
        return self.wait_until_complete(stack["StackId"])

    def wait_until_complete(self, arn):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            stack = self.client.describe_stacks(StackName=arn)["Stacks"][0]
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                return stack
            time.sleep(0.05)
        raise AssertionError(f"{arn} did not settle")

    def reasons(self, stack):
        events = self.client.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
        return " | ".join(
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        )

    def statuses(self, stack, logical):
        events = self.client.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
        return [event["ResourceStatus"] for event in reversed(events) if event["LogicalResourceId"] == logical]

    def physical_ids(self, stack):
        resources = self.client.describe_stack_resources(StackName=stack["StackId"])["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


def outputs(stack):
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def parameter(value="v", **properties):
    """An SSM parameter: the cheapest resource that shows the resolved value of a property."""
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value, **properties}}


def parameter_list(**values):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
