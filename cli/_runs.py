"""Runs in MLflow that keep what a command measured of their models."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from training.folders import Folders


def keep_figures(homes: "Folders", run_id: str, figures: Mapping[str, Any], at: datetime) -> None:
    """Add figures of an instant to those of a model's run, where the registry is at hand."""
    if not homes.tracking.exists():
        click.echo(
            f"mulerisk: {homes.tracking} is not here, so no run keeps the figures.", err=True
        )
        return
    from training import registry

    try:
        registry.log_figures(homes.tracking, run_id, figures, [], at)
    except registry.RunMissing:
        click.echo(
            f"mulerisk: {homes.tracking} has no run {run_id}, so none keeps the figures.", err=True
        )
