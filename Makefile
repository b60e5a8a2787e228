# HRIStudio: `make run` starts everything, `make test` tests everything.
PYTHON ?= python3
ROS_DISTRO ?= jazzy
# A sourced ROS of another release does not decide what the wheels are.
# Processes that share the whole test suite. A file's tests stay in one: they share its servers.
WORKERS ?= 2
DISTRO := $(if $(filter kilted,$(ROS_DISTRO)),kilted,jazzy)
VENV := $(if $(filter kilted,$(DISTRO)),.venv-kilted,.venv)
BIN := $(VENV)/bin
export HRISTUDIO_DATA ?= $(CURDIR)/.hristudio
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help setup run test fault lint bench scan screenshots lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Prepare the virtual environment (run and test do this first)
	@$(PYTHON) deploy/prepare.py --venv $(VENV) --distro $(DISTRO)

run: setup ## Start robot, database, bridge and dashboard; Ctrl-C stops them
	@exec $(BIN)/hristudio up $(ARGS)

test: setup ## Run the whole test suite on real servers (ARGS="-k name" for some, WORKERS=1 one by one)
	@$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n $(WORKERS) --dist loadfile)

fault: setup ## Kill processes at random moments of 50 trials and count what was lost
	@$(BIN)/python -m pytest tests/fault --fault-trials 50 $(ARGS)

lint: setup ## Check style, imports and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

bench: setup ## Print measured figures beside what is required
	@$(BIN)/python -m benchmarks $(ARGS)

scan: setup ## Look for vulnerable packages and images, risky code and secrets; list what is inside (build/sbom.json)
	@$(BIN)/python deploy/scan.py $(ARGS)

screenshots: setup ## Take the pictures of the documentation from the running product
	@$(BIN)/python -m docs.screenshots

lock: setup ## Pin the Python and npm packages anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --upgrade pyproject.toml \
	  --extra embedded --extra telemetry --extra profile --group build --group dev --group scan --no-header --no-annotate -o deploy/requirements/lock.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 pyproject.toml \
	  --extra embedded --extra telemetry --no-header --no-annotate -c deploy/requirements/lock.txt -o deploy/ros_host.txt
	@$(BIN)/npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## Remove the virtual environments; data stays
	@rm -rf .venv .venv-kilted build install log
