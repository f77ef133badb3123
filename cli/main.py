"""The command `mulerisk`: one module of this folder for each command.

A module holds a click command called `command`; heavy imports stand inside its function, so that
`mulerisk --help` answers at once.
"""

import importlib
import pkgutil
import sys

import click

import cli
from cli._refusals import REFUSALS, told


class Commands(click.Group):
    """Finds the commands in this folder and loads a module when its command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every module of this folder that is a command."""
        modules = (module.name for module in pkgutil.iter_modules(cli.__path__))
        return sorted(
            name.rstrip("_") for name in modules if name != "main" and not name.startswith("_")
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; None if there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        # `import` is a word of Python, so its module is `import_`.
        module = "import_" if cmd_name == "import" else cmd_name
        command: click.Command = importlib.import_module(f"cli.{module}").command
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mulerisk")
def mulerisk() -> None:
    """Find money mule accounts, say why, and suggest. A person decides.

    Example: mulerisk import amlsim DOWNLOADS/amlsim --ledger ledgers/amlsim
    """


def main() -> None:
    """Run the command; a refusal is one clear text on standard error and exit code 1."""
    try:
        mulerisk(standalone_mode=True)
    except REFUSALS as refusal:
        click.echo(told(refusal), err=True)
        sys.exit(1)
