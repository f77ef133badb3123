"""Compile the feature engine ahead of its first use."""

import os
import time

import click


@click.command()
def command() -> None:
    """Compile the features now, so that no question waits for it.

    It takes about a minute, once for each version of the features and kind of processor; where all
    is compiled already, a few seconds. `make install` does it. In an image of the service, do it as
    the user who will serve: compiled code is kept in NUMBA_CACHE_DIR, else in ~/.cache/mulerisk.

    Example: mulerisk compile
    """
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    from features.ahead import PARTS

    started = time.monotonic()
    click.echo(f"Compiling {' and '.join(PARTS)}: about a minute, once for each version of them")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        parts = {pool.submit(compile_part): name for name, compile_part in PARTS.items()}
        for done in as_completed(parts):
            done.result()
            click.echo(f"  {time.monotonic() - started:4.0f} s: {parts[done]}")
