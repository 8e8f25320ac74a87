"""Imports that `catalog` and the embedded AWS need; the fork server imports this module once, before it forks."""

import gc
import importlib
import itertools
import os
import pkgutil
from pathlib import Path

from generators.access import access_matrix
from generators.aws.session import MODELS
from generators.check.lint import linter
from generators.config import contracts, repository
from scripts.catalog import commands
from scripts.localaws.__main__ import MOTO

SERVICES = (
    "cloudformation", "cloudwatch", "codebuild", "codecommit", "codepipeline", "ec2", "ecr", "events", "iam", "kms",
    "lambda", "logs", "organizations", "s3", "sagemaker", "servicecatalog", "sns", "sqs", "ssm", "stepfunctions", "sts",
)  # fmt: skip

for module in pkgutil.iter_modules(commands.__path__):
    importlib.import_module(f"{commands.__name__}.{module.name}")
importlib.import_module("generators.kit")
ROOT = Path(__file__).parents[2]
linter(repository.platform(ROOT).regions)
contracts.read(ROOT)  # parsed files are cached by their text, which copies of the repository share
access_matrix.read(ROOT)
os.environ |= MOTO
importlib.import_module("scripts.localaws.server.server").application()
importlib.import_module("scripts.localaws.core.context").session().register_component("data_loader", MODELS)
MODELS.list_available_services("service-2")
for name in ("endpoints", "partitions", "sdk-default-configuration"):
    MODELS.load_data(name)
for service, file in itertools.product(SERVICES, ("service-2", "endpoint-rule-set-1")):
    MODELS.load_service_model(service, file)
for service in SERVICES:
    importlib.import_module("moto.core.utils").get_service_model(service)
gc.freeze()
