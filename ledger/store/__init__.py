"""The append-only SQL store: the truth of a running service."""

from ledger.store.appending import Appended, Conflict
from ledger.store.backend import StoreRefused
from ledger.store.revision import migrate
from ledger.store.store import Store, open_store
from ledger.store.view import StoreView

__all__ = ["Appended", "Conflict", "Store", "StoreRefused", "StoreView", "migrate", "open_store"]
