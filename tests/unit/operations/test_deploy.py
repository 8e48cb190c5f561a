"""What lies in deploy/ fits the product: its settings, its commands and how long it may stop."""

from __future__ import annotations

import ast
import dataclasses
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from footfall.cli import app
from footfall.kit import Settings
from footfall.supervisor import ROLES, STOP_SECONDS

DEPLOY = Path(__file__).parents[3] / "deploy"
FILES = sorted(path.name for path in DEPLOY.iterdir())
SETTINGS = {f"FOOTFALL_{field.name.upper()}" for field in dataclasses.fields(Settings)}


def read(name: str) -> str:
    return (DEPLOY / name).read_text()


def read_unit(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", read("footfall.service"), re.MULTILINE)


def read_pod() -> dict[str, Any]:
    objects = {one["kind"]: one for one in yaml.safe_load_all(read("kubernetes.yaml"))}
    return dict(objects["StatefulSet"]["spec"]["template"]["spec"])


@pytest.mark.parametrize("name", FILES)
def test_every_setting_is_known(name: str) -> None:
    assert set(re.findall(r"FOOTFALL_[A-Z_]+", read(name))) <= SETTINGS


def test_unit_starts_a_known_command() -> None:
    _program, *arguments = read_unit("ExecStart")[0].split()

    assert app.parse_args(arguments, print_error=False, exit_on_error=False)[0].__name__ == "serve"


def test_image_starts_a_known_command() -> None:
    given = re.findall(r"^CMD (\[.*\])$", read("Dockerfile"), re.MULTILINE)
    _program, *arguments = ast.literal_eval(given[0])

    assert app.parse_args(arguments, print_error=False, exit_on_error=False)[0].__name__ == "serve"


def test_stop_is_waited_for() -> None:
    needed = STOP_SECONDS * len(ROLES)
    compose = yaml.safe_load(read("compose.yaml"))["services"]["footfall"]

    waits = [
        read_unit("TimeoutStopSec")[0],
        compose["stop_grace_period"].removesuffix("s"),
        read_pod()["terminationGracePeriodSeconds"],
    ]
    assert all(float(wait) > needed for wait in waits)


def test_embedded_engines_have_one_owner() -> None:
    objects = {one["kind"]: one for one in yaml.safe_load_all(read("kubernetes.yaml"))}

    assert objects["StatefulSet"]["spec"]["replicas"] == 1


def test_containers_may_do_little() -> None:
    compose = yaml.safe_load(read("compose.yaml"))["services"]["footfall"]
    container = read_pod()["containers"][0]["securityContext"]

    assert (compose["cap_drop"], compose["read_only"]) == (["ALL"], True)
    assert (container["capabilities"], container["readOnlyRootFilesystem"]) == (
        {"drop": ["ALL"]},
        True,
    )


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "footfall.service"
    # It looks for the program too, and ours is installed elsewhere.
    unit.write_text(
        read("footfall.service").replace("/opt/footfall/.venv/bin/footfall", sys.executable)
    )

    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, "")
