"""Turn published facts about referring sites into our own file: import_sources.py --from DIR.

The facts (hosts, phrase parameters) are the Matomo project's list, CC0 1.0.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).parent.parent / "src/footfall/pipeline/sources.toml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, required=True)
    folder = parser.parse_args().folder
    lines = ["# Made by tools/import_sources.py; facts: CC0 1.0 (Matomo project)."]
    for name, variants in _load(folder, "SearchEngines.yml").items():
        for variant in variants:
            lines += _entry("search", name, variant["urls"], _parameters(variant))
    for name, hosts in _load(folder, "Socials.yml").items():
        lines += _entry("social", name, hosts, [])
    for name, hosts in _load(folder, "AIAssistants.yml").items():
        lines += _entry("assistant", name, hosts, [])
    TARGET.write_text("\n".join(lines) + "\n")


def _load(folder: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / name).read_text())
    return loaded


def _parameters(variant: dict[str, Any]) -> list[str]:
    # A pattern (written /like this/) is tried on path and query, a name on the query only.
    return [str(parameter) for parameter in variant.get("params") or []]


def _entry(channel: str, name: str, hosts: list[str], parameters: list[str]) -> list[str]:
    lines = ["", f"[[{channel}]]", f"name = {_text(name)}", f"hosts = {_text(hosts)}"]
    return [*lines, f"parameters = {_text(parameters)}"] if parameters else lines


def _text(value: object) -> str:
    # JSON strings and lists are valid TOML.
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
