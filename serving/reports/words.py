"""A report's facts in words, in one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, isnan, nan

from features.catalogue import ACCOUNT_NAMES, BY_NAME, FAMILY_OF
from features.selectors import nothing
from features.typologies import TYPOLOGIES
from ledger.schema import Role
from models.calibration import CONFIDENCE
from models.counterfactual import Change
from models.language import Language, marked
from models.sentences import changed, sentence, standing, title
from models.suggestion import NO_BASIS, RELEASE_TEST, UNNAMED_BASIS, Action
from models.wording import worded
from serving.reports.document import (
    ReportDocument,
    RoleIfMule,
    ShownDetail,
    ShownReason,
    Step,
    Versions,
)
from serving.reports.flow import Flow
from serving.reports.identifiers import Identifiers
from serving.reports.notice import Considered, Fact
from serving.reports.parties import Party, Side

UNUSUAL = marked(
    "The model counts this the other way than published red flags do: judge it yourself."
)
"""Stands beside a reason that does not point where such behaviour usually does."""

_HEADLINES: dict[Action, str] = {
    "none": marked("No action"),
    "monitor": marked("Watch the account"),
    "hold_amount": marked("Hold {amount}"),
    "freeze_account": marked("Freeze the account"),
}
_ROLES: dict[Role, str] = {
    "collector": marked(
        "If this is a mule account, which this hint does not tell, {frequency} like it are"
        " collectors: look for other victims."
    ),
    "relay": marked(
        "If this is a mule account, which this hint does not tell, {frequency} like it are relays:"
        " follow the money on."
    ),
    "cash_out": marked(
        "If this is a mule account, which this hint does not tell, {frequency} like it take the"
        " money out as cash: look at its withdrawals."
    ),
    "merchant_exit": marked(
        "If this is a mule account, which this hint does not tell, {frequency} like it spend the"
        " money on goods or crypto: ask the merchant or the exchange."
    ),
}
"""What to do about each kind of mule differs."""
_LOSS = {
    True: marked(
        "Complaints stand about {amount} that this account paid, last on {date}, and about nothing"
        " that it received: it is probably a victim's. Call its holder before anything is done."
        " Victims are made mules, too, so neither the score nor the suggestion counts this in its"
        " favour."
    ),
    False: marked(
        "Complaints stand about {amount} that this account paid, last on {date}. It is not taken"
        " for a victim's, since money that it received is complained of as well or a mule outcome"
        " is known. Victims are made mules, too: judge it yourself."
    ),
}
"""Whether the account is probably a victim's -> what is told of its loss."""
_IDENTIFIERS = {
    "device": marked("devices"),
    "phone": marked("telephone numbers"),
    "ip": marked("network addresses"),
    "email": marked("e-mail addresses"),
    "address": marked("postal addresses"),
}
_SHARED = marked("Identifiers shared with other accounts")
_RESTS_ON = {
    "identifiers": _SHARED,
    "community": _SHARED,
    "lists": marked("Entries of lists, no transaction."),
    "openings": marked("Accounts that the holder opened, no transaction."),
}
"""What a reason rests on that names no transaction, by the family of its strongest detail."""
_ITSELF = marked("A fact about the account itself.")
_NONE = marked("None of the account's transactions.")
_NEARLY_ALL = 0.99
"""No count above this is told: no score is certain."""
_OUT_OF = (100, 1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Words:
    """Puts what a document holds into the words of a language.

    Attributes
    ----------
    language : Language
    currency : str
        ISO 4217 code of the ledger's reference currency.
    """

    language: Language
    currency: str

    def title(self, reason: ShownReason) -> str:
        """Name a behaviour by the side of its peers that the account is on."""
        first = reason.details[0]
        typology, feature = TYPOLOGIES[reason.typology], BY_NAME[first.feature]
        return title(typology, feature, first.value, first.typical, self.language)

    def sentence(self, detail: ShownDetail) -> str:
        """Say what the account shows and what is typical."""
        shown = detail.value, detail.typical
        return sentence(BY_NAME[detail.feature], *shown, self.currency, self.language)

    def rests_on(self, reason: ShownReason) -> str:
        """Say what a reason rests on that names no transaction."""
        feature = reason.details[0].feature
        is_of_itself = feature in ACCOUNT_NAMES and BY_NAME[feature].evidence is nothing
        otherwise = _ITSELF if is_of_itself else _NONE
        return self.language.text(_RESTS_ON.get(FAMILY_OF[feature], otherwise))

    def is_told_below(self, reason: ShownReason) -> bool:
        """Tell whether the report shows the identifiers that a reason rests on."""
        return _RESTS_ON.get(FAMILY_OF[reason.details[0].feature]) == _SHARED

    def standing(self, detail: ShownDetail) -> str:
        """Say where the account stands among its peers."""
        return standing(detail.place, missing=isnan(detail.value), language=self.language)

    def about(self, considered: Considered) -> str:
        """Name what a notice says was looked at."""
        words = self.language.text(TYPOLOGIES[considered.typology].about)
        return words[0].upper() + words[1:]

    def fact(self, told: Fact) -> str:
        """Say what the account shows, compared with nothing."""
        return sentence(BY_NAME[told.feature], told.value, nan, self.currency, self.language)

    def change(self, change: Change) -> str:
        """Say what the account would show and what it shows now."""
        shown = change.value, change.typical
        return changed(BY_NAME[change.feature], *shown, self.currency, self.language)

    def label(self, step: Step) -> str:
        """Name a bar of the waterfall."""
        if not step.typology:
            return self.language.plural(
                "{n} other behaviour together", "{n} other behaviours together", step.together
            )
        about = self.language.text(TYPOLOGIES[step.typology].about).removeprefix("the ")
        return f"{step.key} {about}".strip()

    def headline(self, document: ReportDocument) -> str:
        """Say in a few words what is suggested."""
        suggestion = document.suggestion
        if document.known_mule and suggestion.action == "none":
            return self.language.text("Left to its case")
        amount = suggestion.currency and self.language.money(
            suggestion.amount_minor, suggestion.currency
        )
        return self.language.text(_HEADLINES[suggestion.action], amount=amount)

    def loss(self, document: ReportDocument) -> str:
        """Say what was paid under complaint, and what that tells; empty where nothing was."""
        if document.loss is None:
            return ""
        return self.language.text(
            _LOSS[document.is_probable_victim],
            amount=self.language.money(document.loss.amount_minor, document.loss.currency),
            date=self.language.date(document.loss.last_paid_at),
        )

    def role(self, told: RoleIfMule) -> str:
        """Say what kind of mule the account looks like, were it one, and what to do then."""
        role, probability = told.likeliest
        return self.language.text(_ROLES[role], frequency=self.frequency(probability))

    def would_change(self, document: ReportDocument) -> str:
        """Say what would leave the band; empty in the lowest band."""
        judgement = document.judgement
        found = document.counterfactual
        return found.words((judgement.raw, judgement.band), self.language) if found else ""

    def age(self, then: datetime, now: datetime) -> str:
        """Say how long before an instant another one was."""
        minutes = (now - then) / timedelta(minutes=1)
        return worded(minutes, "minutes", self.currency, self.language)

    def release_test(self, action: Action) -> str:
        """Say what ends a measure before it expires."""
        return self.language.text(RELEASE_TEST[action])

    def basis(self, legal_basis: str) -> str:
        """Tell the legal basis: an institution's own words stay as they are."""
        ours = legal_basis in (NO_BASIS, UNNAMED_BASIS)
        return self.language.text(legal_basis) if ours else legal_basis

    def in_and_out(self, flow: Flow) -> str:
        """Tell the sums of money in and out."""
        sums = {
            "received": self.language.money(flow.received_minor, flow.currency),
            "paid": self.language.money(flow.paid_minor, flow.currency),
        }
        if not flow.complained_minor:
            return self.language.text("In {received}, out {paid}.", **sums)
        complained = self.language.money(flow.complained_minor, flow.currency)
        return self.language.text(
            "In {received}, out {paid}; under complaint {complained}.",
            complained=complained, **sums,
        )  # fmt: skip

    def channels(self, party: Party) -> str:
        """List how a party's money moved."""
        return ", ".join(self.language.term("channel", channel) for channel in party.channels)

    def who(self, party: Party) -> str:
        """Tell what is known of a party beside its name."""
        if not party.name:
            return self.language.text("none named")
        kind = self.language.term("account kind", party.kind or "not known")
        told = f"{kind}, {party.institution}" if party.institution else kind
        return f"{told}, {self.language.text('complaint')}" if party.complained_minor else told

    def amount(self, amount_minor: int) -> str:
        """Write an amount in the reference currency."""
        return self.language.money(amount_minor, self.currency)

    def amount_of(self, party: Party) -> str:
        """Tell how much money moved, and in how many transactions."""
        amount = self.amount(party.amount_minor)
        return self.language.plural(
            "{amount}, once", "{amount}, {n} times", party.transactions, amount=amount
        )

    def others_together(self, side: Side) -> str:
        """Tell how many parties do not stand by themselves."""
        return self.language.plural("{n} other together", "{n} others together", side.others)

    def identifier(self, kind: str) -> str:
        """Name a kind of identifier."""
        return self.language.text(_IDENTIFIERS[kind])

    def identifiers_known(self, identifiers: Identifiers) -> str:
        """List how many identifiers of each kind are known."""
        return self.language.joined(
            [f"{self.identifier(kind)}: {self.language.number(count)}"
             for kind, count in identifiers.known]
        )  # fmt: skip

    def identifier_kinds(self, kinds: Sequence[str]) -> str:
        """List kinds of identifiers."""
        return self.language.joined([self.identifier(kind) for kind in kinds])

    def versions(self, versions: Versions) -> tuple[tuple[str, str], ...]:
        """Name and write out the versions."""
        text = self.language.text
        named = [(text("Assessment"), versions.assessment_id)] if versions.assessment_id else []
        read = text("{digest}; `mulerisk model card --bundle DIR` reads it", digest=versions.card)
        return (
            *named,
            (text("Software"), versions.software),
            (text("Model"), versions.model),
            (text("Bundle, SHA-256"), versions.bundle),
            *([(text("Model card, SHA-256"), read)] if versions.card else []),
            (text("Feature catalogue, SHA-256"), versions.catalogue),
            (text("Ledger"), versions.ledger),
            (text("Ledger, SHA-256"), versions.ledger_digest or text("not hashed: a store grows")),
            (text("Facts recorded until"), self.language.number(versions.recorded_seq)),
        )

    def signed(self, value: float) -> str:
        """Write log-odds with their sign and two decimals; what rounds to zero has no sign."""
        return self.language.number(value, 2, "+" if round(value, 2) else "")

    def percent(self, share: float) -> str:
        """Write a share of 1 with two significant digits, which no line break tears."""
        return f"{self.language.significant(100 * share)}\N{NO-BREAK SPACE}%"

    def frequency(self, probability: float) -> str:
        """Write a probability as people read it best, as a count: `about 31 of 100`.

        References
        ----------
        G. Gigerenzer and U. Hoffrage, "How to improve Bayesian reasoning without instruction:
        Frequency formats", Psychological Review 102 (1995).
        """
        if probability > _NEARLY_ALL:
            return self.language.text("more than 99 of 100")
        for out_of in _OUT_OF:
            count = round(probability * out_of)
            if count >= 1:
                n, total = self.language.number(count), self.language.number(out_of)
                return self.language.text("about {n} of {out_of}", n=n, out_of=total)
        return self.language.text(
            "fewer than 1 of {out_of}", out_of=self.language.number(_OUT_OF[-1])
        )

    def allowed(self, probability: float, low: float, high: float) -> str:
        """Write between which counts a probability lies, rounded away from it on both sides.

        Of as many accounts as `frequency` counts it of.
        """
        out_of = next((n for n in _OUT_OF if round(probability * n) >= 1), _OUT_OF[-1])
        return self.language.text(
            "The closed cases behind this fit anything from {low} to {high} of {out_of} ({percent}"
            " confidence).",
            low=self.language.number(floor(low * out_of)),
            high=self.language.number(ceil(high * out_of)),
            out_of=self.language.number(out_of),
            percent=self.percent(CONFIDENCE),
        )

    def others(self, probability: float) -> str:
        """Write how many of the hundred that `frequency` counts are left, if it counts any."""
        count = round(100 * probability)
        if not count or probability > _NEARLY_ALL:
            return ""
        return self.language.text("; the other {n} do not", n=100 - count)
