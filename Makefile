# Thin names: every line calls something that a person could call by hand. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
CATALOG := .venv/bin/catalog
PRODUCT ?= all
TEAM ?= all
export TARGET
# Commands start several processes: the first compiles the modules, the others read the bytecode.
export PYTHONDONTWRITEBYTECODE :=
TARGETS := help setup demo demo-model test test-terraform test-projects project-preview lint audit docs local local-status local-down render check publish-product apply vend drift decommission taskcat bench lock
.PHONY: $(TARGETS)

# A misspelt variable or target is refused before anything runs; the help of a target names its variables.
VARIABLES := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
ifneq ($(strip $(VARIABLES) $(filter-out $(TARGETS),$(MAKECMDGOALS))),)
quote = '$(subst ','\'',$1)'
PROBLEM := $(shell "$$(command -v python3.11 || echo python3)" -m scripts.make_arguments \
  $(foreach word,$(MAKECMDGOALS) -- $(VARIABLES),$(call quote,$(word))) 2>&1)
$(if $(PROBLEM),$(error $(PROBLEM)))
endif
# An option of a command: $(call switch,PLAN,--plan); PLAN=0 is refused, because it does not mean "no plan".
switch = $(if $(filter-out 1,$($1)),$(error $1=$($1): the only value is 1; leave $1 out otherwise),$(if $($1),$2))

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

setup: ## virtual environment from the hashed lock file; does nothing when nothing changed
	@scripts/setup

demo: setup ## the platform's main job, from nothing, on the embedded AWS
	@$(PY) -m scripts.demo

demo-model: setup ## a model's story: index and images, a project, a push followed to the model registry
	@$(PY) -m scripts.demo --model

test: lint ## everything that must hold before a change lands
	@$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-terraform: setup ## the long suite: every module tested, applied, planned empty and destroyed on the embedded AWS
	@$(PY) -m pytest -m slow

test-projects: setup ## every project template: its own quality stage, its steps to a trained model, its pipeline; run before a release
	@$(PY) -m pytest -m projects -n 2 --dist loadscope

project-preview: setup ## a project by hand: make project-preview MODEL_TYPE=tabular-classification [DIR=...] [NAME=...]
	@$(PY) -m scripts.project $(or $(MODEL_TYPE),'') $(if $(DIR),--dir $(DIR)) $(if $(NAME),--name $(NAME))

lint: setup ## style, import contract and types
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/lint-imports --no-cache --no-logo
	@.venv/bin/mypy

audit: setup ## independent scanners (checkov, Control Tower's rules, cdk-nag) over terraform/ and the products; reports in .local/audit
	@$(PY) -m scripts.audit

docs: setup ## write the generated documents: tables of module READMEs, docs/roles.md, JSON schemas of the YAML files
	@$(PY) -m scripts.docs

local: setup ## start the embedded AWS (it lives until local-down)
	@$(PY) -m scripts.localaws start

local-status: setup ## is the embedded AWS running, and where
	@$(PY) -m scripts.localaws status

local-down: setup ## end the embedded AWS and everything it holds
	@$(PY) -m scripts.localaws stop

render: setup ## freeze the declared version: make render [PRODUCT=studio-environment]
	@$(CATALOG) render $(PRODUCT)

check: setup ## lint, rules, honest version: make check [PRODUCT=studio-environment]
	@$(CATALOG) check $(PRODUCT)

publish-product: setup ## make publish-product PRODUCT=studio-environment|all [TARGET=aws] [PLAN=1]
	@$(CATALOG) $(or $(call switch,PLAN,plan),publish) $(PRODUCT)

apply: setup ## Terraform: make apply ROOT=organization|hub|spoke [ACCOUNT=credit-risk-development] [TARGET=aws]
	@$(PY) -m scripts.vend apply $(ROOT) $(if $(ACCOUNT),--account $(ACCOUNT))

vend: setup ## accounts from team files: make vend TEAM=credit-risk|all [PLAN=1] [REFRESH=1] [TARGET=aws]
	@$(PY) -m scripts.vend team $(TEAM) $(call switch,PLAN,--plan) $(call switch,REFRESH,--refresh)

drift: setup ## compare the whole estate with AWS: make drift [TEAM=credit-risk] [TARGET=aws]
	@$(PY) -m scripts.vend drift $(TEAM)

decommission: setup ## the end of a team's accounts: make decommission TEAM=fraud [FORCE=1] [TARGET=aws]
	@$(PY) -m scripts.vend decommission $(TEAM) $(call switch,FORCE,--force)

taskcat: setup ## launch a product's template through taskcat: make taskcat PRODUCT=studio-environment [TARGET=aws]
	@$(PY) -W ignore::UserWarning -m scripts.taskcat $(PRODUCT)

bench: setup ## speed, each figure against its peer in the same run
	@$(PY) -m tests.bench

lock: setup ## compile the lock files again
	@.venv/bin/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --python-version 3.11 --quiet --output-file requirements.lock
	@.venv/bin/uv pip compile scripts/audit/requirements.in --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --python-version 3.11 --quiet --output-file scripts/audit/requirements.lock
	@.venv/bin/uv pip compile products/ml_project/templates/common/requirements.in --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --python-version 3.11 --quiet --output-file products/ml_project/templates/common/requirements.lock
