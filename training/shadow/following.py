"""Comparing what a store gains, batch by batch, without holding it up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event

from ledger.store import Store, StoreRefused
from ledger.store.backend import reached
from training.shadow.answering import answered
from training.shadow.answers import Answers
from training.shadow.both import Both
from training.shadow.reading import Stand, unread
from training.shadow.shadowed import NothingCompared, Question, Shadowed, shadowed


@dataclass(frozen=True, eq=False)
class Progress:
    """What was compared so far, and how far the records were read.

    Attributes
    ----------
    question : Question
    stand : Stand
    answers : Answers
    """

    question: Question
    stand: Stand
    answers: Answers

    @classmethod
    def begun(cls, question: Question) -> "Progress":
        """Begin where nothing was read yet."""
        return cls(question, Stand.at(question.since), Answers())

    @property
    def read(self) -> int:
        """Count the records that were read, those left out too."""
        return len(self.answers) + sum(self.answers.left_out.values())


@dataclass(frozen=True)
class Watch:
    """Who watches while a store is followed.

    Attributes
    ----------
    now : callable
        Tells the instant.
    ended : Event
        Set once it is enough.
    show : callable
        Told what was found so far, whenever that is more.
    tell : callable
        Told in words how it goes.
    pause : float
        Seconds from one look at the store to the next.
    """

    now: Callable[[], datetime]
    ended: Event
    show: Callable[[Shadowed, Progress], object]
    tell: Callable[[str], object]
    pause: float = 5.0


def read_on(store: Store, both: Both, so_far: Progress) -> Iterator[Progress]:
    """Compare what was not yet, a batch at a time; the store is only read.

    Raises
    ------
    StoreRefused
        If the database does not answer; what was yielded before stays right, to go on from.
    """
    bundle, question = both.champion.versions.bundle, so_far.question
    with reached(store.engine.url):
        for records, stand in unread(store.assessments, bundle, so_far.stand, question.until):
            answers = so_far.answers.and_also(answered(records, store.view, both))
            so_far = Progress(question, stand, answers)
            yield so_far


def found_in(store: Store, both: Both, so_far: Progress) -> Shadowed:
    """Tell what was found so far.

    Raises
    ------
    NothingCompared
        If nothing could be compared yet.
    StoreRefused
        If the database does not answer.
    """
    question = so_far.question
    with reached(store.engine.url):
        made = store.assessments.count(question.since, question.until)
        return shadowed(question, both, so_far.answers, made, store.view(question.until))


def follow(store: Store, both: Both, so_far: Progress, watch: Watch) -> Progress:
    """Compare what a store gains until it is enough; one that does not answer is asked again."""
    while True:
        so_far = replace(so_far, question=replace(so_far.question, until=watch.now()))
        before = so_far.read
        try:
            for reached_now in read_on(store, both, so_far):
                so_far = reached_now
                if watch.ended.is_set():
                    break
            if so_far.read > before:
                _show(store, both, so_far, watch)
        except StoreRefused as refusal:
            watch.tell(f"{refusal} Asked again in {watch.pause:g} s.")
        if watch.ended.wait(watch.pause):
            return so_far


def _show(store: Store, both: Both, so_far: Progress, watch: Watch) -> None:
    try:
        found = found_in(store, both, so_far)
    except NothingCompared:
        watch.tell(f"{so_far.read:,} assessments read, none of which can be compared")
    else:
        watch.tell(f"{so_far.read:,} assessments read: {found.verdict}")
        watch.show(found, so_far)
