"""Run one of the tracker's tools, such as tsc, with the Node that came as a wheel."""

from __future__ import annotations

import os
import subprocess
import sys

from build_static import TRACKER, find_node

node, _npm = find_node()
environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
tool = TRACKER / "node_modules" / ".bin" / sys.argv[1]
sys.exit(subprocess.call([str(tool), *sys.argv[2:]], cwd=TRACKER, env=environment))
