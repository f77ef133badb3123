"""What a refusal says on the command line."""

from ledger.errors import InputRefused, MuleriskError
from ledger.refusal import text

REFUSALS = (MuleriskError, OSError)
"""What a command may end with; anything else is a fault of ours."""


def told(refusal: Exception) -> str:
    """Write a refusal as one clear text."""
    if isinstance(refusal, InputRefused):
        return f"mulerisk: {text(refusal)}"
    if isinstance(refusal, OSError):
        where = f"{refusal.filename}: " if refusal.filename else ""
        cure = "Check the path, its permissions and the space that is left."
        return f"mulerisk: {where}{refusal.strerror or refusal}. {cure}"
    return f"mulerisk: {refusal}"
