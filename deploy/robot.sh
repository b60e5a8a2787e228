#!/bin/bash
# Run a command in the workspace of a robot host: robot.sh ros2 launch hristudio hristudio.launch.py robot:=nao6
#   WORKSPACE   folder of `install/` and, where there is one, `venv/`
set -eo pipefail
: "${WORKSPACE:?set it to the folder that holds install/}"
if [ -f "$WORKSPACE/venv/bin/activate" ]; then
  # shellcheck source=/dev/null
  source "$WORKSPACE/venv/bin/activate"
fi
if [ ! -f "$WORKSPACE/install/setup.bash" ]; then
  echo "robot.sh: $WORKSPACE/install/setup.bash is not there: run \`colcon build\` in $WORKSPACE" >&2
  exit 1
fi
# shellcheck source=/dev/null
source "$WORKSPACE/install/setup.bash"
exec "$@"
