"""Building blocks for product templates.

Functions return troposphere objects; `add_*`, `contract` and `archive_location` also add to the template. Pure but for
terraform/*.yaml, which they read through generators.config.
"""

from generators.kit.alarm import ENDPOINT_METRIC, alarm
from generators.kit.batch_scoring import ScoringPipeline, scoring_pipeline
from generators.kit.bucket import private_bucket
from generators.kit.cluster import CERTIFICATE_KEY, EMR_TAG, cluster_security
from generators.kit.codebuild import Build, BuildEnvironment, build, build_environment, standalone_build
from generators.kit.codepipeline import (
    Pipeline,
    Stage,
    Step,
    approval,
    build_step,
    codecommit_source,
    connection_source,
    pipeline,
    pipeline_arn,
    pipeline_name,
    repository_arn,
    s3_source,
    stage,
)
from generators.kit.endpoint import all_at_once, canary, endpoint, endpoint_config, endpoint_scaling, linear
from generators.kit.event_rules import notify_on_completion, start_on_push, start_rule, topic, topic_policy
from generators.kit.git_source import (
    add_provider_conditions,
    connection,
    connections,
    git_provider_parameter,
    if_provider,
    source_steps,
)
from generators.kit.iam import allow, policy_document, role_arn, service_role
from generators.kit.inference_component import CopyCounts, component, component_config, component_scaling
from generators.kit.instances import hidden_instance_types
from generators.kit.job import job_network, job_role, model_reader_arns, team_bucket_arns, team_object_arns
from generators.kit.lambda_function import private_function
from generators.kit.lifecycle_script import lifecycle_config
from generators.kit.logs import LOG_RETENTION_DAYS, log_group
from generators.kit.model_pipeline import (
    ModelPipeline,
    ModelWorkspace,
    add_container_conditions,
    build_variables,
    model_name_parameter,
    model_pipeline,
    model_type_parameter,
    model_workspace,
)
from generators.kit.monitor import DAILY, HOURLY, MonitorSettings, monitor
from generators.kit.names import resource_name, team_resource_name, to_kebab_case
from generators.kit.network import allow_tcp_between, allow_within_group, security_group
from generators.kit.notifications import alarm_topic, monthly_budget
from generators.kit.parameters import add_output, add_parameter
from generators.kit.project_archive import archive_location, repository
from generators.kit.promotion_names import promotion_target_role, ssm_path_prefix
from generators.kit.schedule import pipeline_schedule
from generators.kit.ssm_input import contract
from generators.kit.ssm_output import ssm_output
from generators.kit.studio_cleanup import cleanup_permissions, studio_cleanup_resource
from generators.kit.tags import fixed_tags, tags

__all__ = [
    "CERTIFICATE_KEY",
    "DAILY",
    "EMR_TAG",
    "ENDPOINT_METRIC",
    "HOURLY",
    "LOG_RETENTION_DAYS",
    "Build",
    "BuildEnvironment",
    "CopyCounts",
    "ModelPipeline",
    "ModelWorkspace",
    "MonitorSettings",
    "Pipeline",
    "ScoringPipeline",
    "Stage",
    "Step",
    "add_container_conditions",
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
    "archive_location",
    "build",
    "build_environment",
    "build_step",
    "build_variables",
    "canary",
    "cleanup_permissions",
    "cluster_security",
    "codecommit_source",
    "component",
    "component_config",
    "component_scaling",
    "connection",
    "connection_source",
    "connections",
    "contract",
    "endpoint",
    "endpoint_config",
    "endpoint_scaling",
    "fixed_tags",
    "git_provider_parameter",
    "hidden_instance_types",
    "if_provider",
    "job_network",
    "job_role",
    "lifecycle_config",
    "linear",
    "log_group",
    "model_name_parameter",
    "model_pipeline",
    "model_reader_arns",
    "model_type_parameter",
    "model_workspace",
    "monitor",
    "monthly_budget",
    "notify_on_completion",
    "pipeline",
    "pipeline_arn",
    "pipeline_name",
    "pipeline_schedule",
    "policy_document",
    "private_bucket",
    "private_function",
    "promotion_target_role",
    "repository",
    "repository_arn",
    "resource_name",
    "role_arn",
    "s3_source",
    "scoring_pipeline",
    "security_group",
    "service_role",
    "source_steps",
    "ssm_output",
    "ssm_path_prefix",
    "stage",
    "standalone_build",
    "start_on_push",
    "start_rule",
    "studio_cleanup_resource",
    "tags",
    "team_bucket_arns",
    "team_object_arns",
    "team_resource_name",
    "to_kebab_case",
    "topic",
    "topic_policy",
]
