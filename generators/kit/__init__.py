"""What a template author imports. Functions return objects; `ask`, `give` and `contract` add to the template.

Pure but for terraform/*.yaml, which it reads through generators.catalog.
"""

from generators.kit.alarm import ENDPOINT, alarm
from generators.kit.bucket import private_bucket
from generators.kit.build import Build, Workshop, build, errand, workshop
from generators.kit.cluster import ARCHIVE, FOR_EMR, cluster_security
from generators.kit.component import Copies, component, component_config, component_scaling
from generators.kit.contents import clean_up_permissions, studio_contents
from generators.kit.contract import contract
from generators.kit.endpoint import all_at_once, canary, endpoint, endpoint_config, endpoint_scaling, linear
from generators.kit.function import private_function
from generators.kit.handover import hand_over
from generators.kit.iam import allow, document, role_arn, service_role
from generators.kit.instances import hidden_instance_types
from generators.kit.job import job_network, job_role, team_buckets, team_objects
from generators.kit.logs import DAYS, log_group
from generators.kit.monitor import DAILY, HOURLY, Watch, monitor
from generators.kit.names import dashed, named, team_named
from generators.kit.network import door, inner_door, security_group
from generators.kit.parameters import ask, give
from generators.kit.pipeline import (
    Pipeline,
    Stage,
    Step,
    approval,
    from_bucket,
    from_codecommit,
    from_connection,
    pipeline,
    pipeline_arn,
    pipeline_name,
    repository_arn,
    run,
    stage,
)
from generators.kit.promotion import facts, promotion_target
from generators.kit.provider import by_provider, connection, connections, git_provider, of_provider, sources
from generators.kit.rule import on_ending, on_push, starts, topic, topic_policy
from generators.kit.scoring import Scoring, scoring
from generators.kit.seed import seed, seeded_repository
from generators.kit.start import start_script
from generators.kit.tags import fixed_tags, tags
from generators.kit.timer import pipeline_timer
from generators.kit.told import alarm_topic, monthly_budget
from generators.kit.training import Ground, Line, ground, line, model_name, model_type, own_container, variables

__all__ = [
    "ARCHIVE",
    "DAILY",
    "DAYS",
    "ENDPOINT",
    "FOR_EMR",
    "HOURLY",
    "Build",
    "Copies",
    "Ground",
    "Line",
    "Pipeline",
    "Scoring",
    "Stage",
    "Step",
    "Watch",
    "Workshop",
    "alarm",
    "alarm_topic",
    "all_at_once",
    "allow",
    "approval",
    "ask",
    "build",
    "by_provider",
    "canary",
    "clean_up_permissions",
    "cluster_security",
    "component",
    "component_config",
    "component_scaling",
    "connection",
    "connections",
    "contract",
    "dashed",
    "document",
    "door",
    "endpoint",
    "endpoint_config",
    "endpoint_scaling",
    "errand",
    "facts",
    "fixed_tags",
    "from_bucket",
    "from_codecommit",
    "from_connection",
    "git_provider",
    "give",
    "ground",
    "hand_over",
    "hidden_instance_types",
    "inner_door",
    "job_network",
    "job_role",
    "line",
    "linear",
    "log_group",
    "model_name",
    "model_type",
    "monitor",
    "monthly_budget",
    "named",
    "of_provider",
    "on_ending",
    "on_push",
    "own_container",
    "pipeline",
    "pipeline_arn",
    "pipeline_name",
    "pipeline_timer",
    "private_bucket",
    "private_function",
    "promotion_target",
    "repository_arn",
    "role_arn",
    "run",
    "scoring",
    "security_group",
    "seed",
    "seeded_repository",
    "service_role",
    "sources",
    "stage",
    "start_script",
    "starts",
    "studio_contents",
    "tags",
    "team_buckets",
    "team_named",
    "team_objects",
    "topic",
    "topic_policy",
    "variables",
    "workshop",
]
