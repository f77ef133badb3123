"""`mulerisk serve`: the scoring service."""

import os

import click


@click.command()
def command() -> None:
    """Serve scores over HTTP until Ctrl-C; settings come from MULERISK_* (see docs/settings.md).

    \b
    Example: MULERISK_STORE=sqlite:///artifacts/demo/store.db \\
      MULERISK_BUNDLE=artifacts/demo/champion \\
      MULERISK_PUBLIC_KEY=artifacts/keys/release.pub \\
      MULERISK_LOCAL_DEMO=1 mulerisk serve
    """  # noqa: D301 (click reads the first backslash)
    from serving.server import run
    from serving.settings import read

    run(read(os.environ))
