"""Writes the curves that standard input holds as an offline run of W&B, and prints its folder.

Input, JSON: {"directory", "run", "config", "rows": [{"step", "atMs", "values"}]}, rows by ascending step.
Exits with 3 where the package `wandb` is missing.
"""

import json
import sys
from pathlib import Path

MISSING = 3
PROJECT = "oneshot"


def main() -> None:
    """One row is one step of W&B."""
    try:
        import wandb  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError as error:
        if error.name != "wandb":
            raise
        sys.exit(MISSING)
    curves = json.load(sys.stdin)
    run = wandb.init(
        project=PROJECT,
        id=curves["run"],
        name=curves["run"],
        config=curves["config"],
        dir=curves["directory"],
        mode="offline",
        settings=wandb.Settings(silent=True, console="off", disable_git=True, disable_code=True),
    )
    for row in curves["rows"]:
        run.log({**row["values"], "_timestamp": row["atMs"] / 1000}, step=row["step"])
    folder = Path(run.dir).parent
    run.finish()
    print(folder)


main()
