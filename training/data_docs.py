"""Great Expectations' data docs: static pages that show how a ledger keeps its contracts."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

from training.offline_pages import make_offline

_SITE = "ledger"


@dataclass(frozen=True)
class Page:
    """One table of values and what is expected of it.

    Attributes
    ----------
    title : str
    values : pandas.DataFrame
    expectations : list of great_expectations.expectations.Expectation
    """

    title: str
    values: pd.DataFrame
    expectations: list[gxe.Expectation]


def write_data_docs(pages: list[Page], folder: Path) -> None:
    """Check each page and write them all as HTML that needs no network; `index.html` leads in.

    Raises
    ------
    RuntimeError
        If an expectation could not be computed: the pages would tell nothing then.
    """
    shutil.rmtree(folder, ignore_errors=True)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    for site in list(context.get_site_names()):
        context.delete_data_docs_site(site)
    context.add_data_docs_site(_SITE, _site(folder))
    source = context.data_sources.add_pandas(_SITE)
    outcomes = {page.title: _check(context, source, page) for page in pages}
    context.build_data_docs()
    make_offline(folder, outcomes)


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder.absolute()),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "show_how_to_buttons": False,
    }


def _check(context: Any, source: Any, page: Page) -> bool:
    """Tell whether a page is as expected."""
    whole = source.add_dataframe_asset(page.title).add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name=page.title, expectations=page.expectations))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=page.title, data=whole, suite=suite)
    )
    outcome = definition.run(batch_parameters={"dataframe": page.values})
    for result in outcome.results:
        # A crash inside is reported like a broken expectation.
        if result.exception_info.get("raised_exception"):
            message = result.exception_info["exception_message"]
            raise RuntimeError(f"{page.title}: {result.expectation_config.type}: {message}")
    return bool(outcome.success)
