"""What the benchmark of the service asks is a store and a bundle that a service accepts."""

from benchmarks.load import subject
from serving.settings import read
from serving.sources import Loader


def test_a_service_is_ready_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr(subject, "TRANSACTIONS", 2_000)
    monkeypatch.setattr(subject, "TREES", 3)
    made = subject.make_subject(tmp_path)
    loader = Loader(read(made.environment))
    loader.load()
    assert loader.is_ready()
    accounts = loader.sources().store.view(made.as_of).accounts(made.accounts[:3])
    assert len(accounts) == 3
