"""`mulerisk serve`: the scoring service."""

import os

import click


@click.command()
def command() -> None:
    """Serve scores over HTTP until Ctrl-C; settings come from MULERISK_* (see docs/settings.md).

    Example: MULERISK_LOCAL_DEMO=1 mulerisk serve
    """
    from serving.server import run
    from serving.settings import read

    run(read(os.environ))
