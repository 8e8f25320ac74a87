"""Imports that every `catalog` process needs: commands, products' building blocks, cfn-lint with the platform's rules.

The fork server of tests/support/catalog_process.py imports this module once, before it forks.
"""

import gc
import importlib
import pkgutil
from pathlib import Path

from generators.check.lint import linter
from generators.config import repository
from scripts.catalog import commands

for module in pkgutil.iter_modules(commands.__path__):
    importlib.import_module(f"{commands.__name__}.{module.name}")
importlib.import_module("generators.kit")
linter(repository.platform(Path(__file__).parents[2]).regions)
gc.freeze()
