"""Text that strangers wrote, such as an account id or a reference, shown to people."""

import unicodedata

_FORMULA_SIGNS = ("=", "+", "-", "@")


def visible(text: str) -> str:
    """Replace characters that hide or reorder text by their code points.

    An account id or a reference is written by strangers: a right-to-left mark could turn it
    around on the page, an escape could command the terminal.
    """
    return "".join(
        f"[U+{ord(character):04X}]" if unicodedata.category(character)[0] == "C" else character
        for character in text
    )


def spreadsheet_safe(text: str) -> str:
    """Write text so that no spreadsheet takes it for a formula.

    References
    ----------
    OWASP, "CSV Injection".
    """
    shown = visible(text)
    starts = unicodedata.normalize("NFKC", shown).lstrip(" '\"")[:1]
    return f"'{shown}" if starts in _FORMULA_SIGNS else shown
