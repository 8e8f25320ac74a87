"""What a template author imports. Functions return objects; `ask`, `give` and `contract` add to the template.

Pure but for terraform/*.yaml, which it reads through generators.catalog.
"""

from generators.kit.alarm import ENDPOINT, alarm
from generators.kit.bucket import private_bucket
from generators.kit.contents import studio_contents
from generators.kit.contract import contract
from generators.kit.endpoint import all_at_once, canary, endpoint, endpoint_config, endpoint_scaling, linear
from generators.kit.function import private_function
from generators.kit.handover import hand_over
from generators.kit.iam import allow, document, service_role
from generators.kit.instances import hidden_instance_types
from generators.kit.job import job_network, job_role, team_buckets, team_objects
from generators.kit.logs import log_group
from generators.kit.monitor import DAILY, HOURLY, Watch, monitor
from generators.kit.names import dashed, named
from generators.kit.network import inner_door, security_group
from generators.kit.parameters import ask, give
from generators.kit.tags import fixed_tags, tags
from generators.kit.timer import pipeline_timer
from generators.kit.topic import alarm_topic, monthly_budget

__all__ = [
    "DAILY",
    "ENDPOINT",
    "HOURLY",
    "Watch",
    "alarm",
    "alarm_topic",
    "all_at_once",
    "allow",
    "ask",
    "canary",
    "contract",
    "dashed",
    "document",
    "endpoint",
    "endpoint_config",
    "endpoint_scaling",
    "fixed_tags",
    "give",
    "hand_over",
    "hidden_instance_types",
    "inner_door",
    "job_network",
    "job_role",
    "linear",
    "log_group",
    "monitor",
    "monthly_budget",
    "named",
    "pipeline_timer",
    "private_bucket",
    "private_function",
    "security_group",
    "service_role",
    "studio_contents",
    "tags",
    "team_buckets",
    "team_objects",
]
