"""What a template author imports. Functions return objects; `ask`, `give` and `contract` add to the template.

Pure but for terraform/*.yaml, which it reads through generators.catalog.
"""

from generators.kit.alarm import ENDPOINT, alarm
from generators.kit.batch_scoring import Scoring, scoring
from generators.kit.bucket import private_bucket
from generators.kit.cluster import ARCHIVE, FOR_EMR, cluster_security
from generators.kit.codebuild import Build, BuildEnvironment, build, build_environment, standalone_build
from generators.kit.codepipeline import (
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
from generators.kit.endpoint import all_at_once, canary, endpoint, endpoint_config, endpoint_scaling, linear
from generators.kit.event_rules import notify_on_completion, start_on_push, start_rule, topic, topic_policy
from generators.kit.git_source import (
    add_provider_conditions,
    connection,
    connections,
    git_provider,
    if_provider,
    sources,
)
from generators.kit.iam import allow, document, role_arn, service_role
from generators.kit.inference_component import CopyCounts, component, component_config, component_scaling
from generators.kit.instances import hidden_instance_types
from generators.kit.job import job_network, job_role, team_buckets, team_objects
from generators.kit.lambda_function import private_function
from generators.kit.lifecycle_script import start_script
from generators.kit.logs import DAYS, log_group
from generators.kit.model_pipeline import (
    ModelPipeline,
    ModelWorkspace,
    model_name,
    model_pipeline,
    model_type,
    model_workspace,
    own_container,
    variables,
)
from generators.kit.monitor import DAILY, HOURLY, MonitorSettings, monitor
from generators.kit.names import resource_name, team_resource_name, to_kebab_case
from generators.kit.network import allow_tcp_between, allow_within_group, security_group
from generators.kit.notifications import alarm_topic, monthly_budget
from generators.kit.parameters import add_output, add_parameter
from generators.kit.project_archive import seed, seeded_repository
from generators.kit.promotion_names import promotion_target, ssm_path_prefix
from generators.kit.schedule import pipeline_timer
from generators.kit.ssm_input import contract
from generators.kit.ssm_output import ssm_output
from generators.kit.studio_cleanup import clean_up_permissions, studio_contents
from generators.kit.tags import fixed_tags, tags

__all__ = [
    "ARCHIVE",
    "DAILY",
    "DAYS",
    "ENDPOINT",
    "FOR_EMR",
    "HOURLY",
    "Build",
    "BuildEnvironment",
    "CopyCounts",
    "ModelPipeline",
    "ModelWorkspace",
    "MonitorSettings",
    "Pipeline",
    "Scoring",
    "Stage",
    "Step",
    "add_output",
    "add_parameter",
    "add_provider_conditions",
    "alarm",
    "alarm_topic",
    "all_at_once",
    "allow",
    "allow_tcp_between",
    "allow_within_group",
    "approval",
    "build",
    "build_environment",
    "canary",
    "clean_up_permissions",
    "cluster_security",
    "component",
    "component_config",
    "component_scaling",
    "connection",
    "connections",
    "contract",
    "document",
    "endpoint",
    "endpoint_config",
    "endpoint_scaling",
    "fixed_tags",
    "from_bucket",
    "from_codecommit",
    "from_connection",
    "git_provider",
    "hidden_instance_types",
    "if_provider",
    "job_network",
    "job_role",
    "linear",
    "log_group",
    "model_name",
    "model_pipeline",
    "model_type",
    "model_workspace",
    "monitor",
    "monthly_budget",
    "notify_on_completion",
    "own_container",
    "pipeline",
    "pipeline_arn",
    "pipeline_name",
    "pipeline_timer",
    "private_bucket",
    "private_function",
    "promotion_target",
    "repository_arn",
    "resource_name",
    "role_arn",
    "run",
    "scoring",
    "security_group",
    "seed",
    "seeded_repository",
    "service_role",
    "sources",
    "ssm_output",
    "ssm_path_prefix",
    "stage",
    "standalone_build",
    "start_on_push",
    "start_rule",
    "start_script",
    "studio_contents",
    "tags",
    "team_buckets",
    "team_objects",
    "team_resource_name",
    "to_kebab_case",
    "topic",
    "topic_policy",
    "variables",
]
