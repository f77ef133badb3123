"""Learning from closed cases."""

import os
import warnings

# MLflow reads these when it is imported; nothing here phones home.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")
# LightGBM's threads wait without spinning: on a machine that is busy with something else they
# otherwise take ten times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Great Expectations and MLflow import PySpark where it is installed, and hand it no table.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
