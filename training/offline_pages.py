"""Pages that ask no other host for anything.

Great Expectations writes pages that fetch style sheets, scripts and a picture from the network, so
a reader without a network sees them bare, and one with it tells others what is read. What is
fetched is taken out, and a style sheet of our own is put in its place.
"""

import re
from collections.abc import Mapping
from pathlib import Path

STYLE = "style.css"

_REMOTE = re.compile(
    r"""<link\b[^>]*href=["']https?://[^>]*>"""
    r"""|<script\b[^>]*src=["']https?://[^>]*>\s*</script>"""
    r"""|<img\b[^>]*src=["']https?://[^>]*>""",
    re.IGNORECASE,
)
_NEWSLETTER = re.compile(r"""<a\b[^>]*href=["']https?://[^>]*>.*?</a>""", re.IGNORECASE | re.DOTALL)

_CSS = """\
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 76rem; margin: 1.5rem auto;
  padding: 0 1rem; }
h1, h2, h3, h4, h5 { line-height: 1.25; margin: 1.4em 0 .4em; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { border: 1px solid #ccc; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: #f2f2f2; }
a { color: #0b57a4; }
code, pre { font-size: .9em; white-space: pre-wrap; }
.text-success, .alert-success { color: #17692b; }
.text-danger, .alert-danger { color: #a3171c; }
.fa-check-circle::before { content: "kept "; }
.fa-times::before, .fa-exclamation-triangle::before { content: "broken "; }
.nav, .breadcrumb { list-style: none; padding: 0; display: flex; gap: 1rem; flex-wrap: wrap; }
button, footer, .card, .collapse, [data-toggle="collapse"], .modal, .cooltip, .popover,
.fa-info-circle { display: none; }
"""


_INDEX = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Data docs</title>
<link rel="stylesheet" href="style.css"></head><body>
<h1>How the ledger keeps its contracts</h1>
<p>For each table, the rules counted over all of its rows, and a sample looked at row by row.</p>
<table><tr><th>Checked</th><th>Outcome</th><th>What is expected</th></tr>
{rows}
</table></body></html>
"""
_ROW = (
    '<tr><td><a href="{checked}">{name}</a></td><td>{outcome}</td>'
    '<td><a href="{expected}">expectations</a></td></tr>'
)


def make_offline(folder: Path, outcomes: Mapping[str, bool]) -> None:
    """Rewrite every page below `folder`, and the index, which is empty without its scripts.

    Parameters
    ----------
    folder : Path
    outcomes : mapping of str to bool
        Name of each suite -> whether all that it expects was found.
    """
    (folder / STYLE).write_text(_CSS)
    for page in folder.rglob("*.html"):
        up = "../" * (len(page.relative_to(folder).parts) - 1)
        text = _NEWSLETTER.sub("", _REMOTE.sub("", page.read_text("utf-8")))
        link = f'<link rel="stylesheet" href="{up}{STYLE}">'
        page.write_text(text.replace("</head>", f"{link}\n</head>", 1), "utf-8")
    rows = "\n".join(_row(folder, name, kept=kept) for name, kept in outcomes.items())
    (folder / "index.html").write_text(_INDEX.format(rows=rows))


def _row(folder: Path, name: str, *, kept: bool) -> str:
    checked = next((folder / "validations" / name).rglob("*.html")).relative_to(folder)
    outcome = "all kept" if kept else "broken"
    return _ROW.format(
        checked=checked, name=name, outcome=outcome, expected=f"expectations/{name}.html"
    )
