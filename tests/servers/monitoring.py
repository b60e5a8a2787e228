"""The files of deploy/monitoring, and the names of the figures that they ask for."""

import json
import re
from pathlib import Path

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "monitoring"
DASHBOARD = FOLDER / "grafana" / "hristudio.json"
RULES = FOLDER / "alerts.yml"


def rules() -> list[dict]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict]:
    return json.loads(DASHBOARD.read_text())["panels"]


def expressions() -> list[str]:
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    return asked + [rule["expr"] for rule in rules()]


def asked_for() -> set[str]:
    """Names of all figures that rules and dashboard ask for."""
    return {name for text in expressions() for name in re.findall(r"\bhristudio_[a-z0-9_]+", text)}
