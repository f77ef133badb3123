"""Typologies in words: what each looks at, and which side of its peers an account is on.

Features of one typology see one behaviour in several ways, so a reason is told for all of them
together. Its title follows from the values alone and never from what a model makes of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Typology:
    """One behaviour.

    Attributes
    ----------
    about : str
        What is looked at, as it stands inside a sentence.
    riskier, safer : str
        Titles, for a value on the riskier and on the safer side of what is typical. Where a feature
        has no riskier side by itself, `riskier` is for a higher value.
    changeable : bool
        Whether behaving otherwise from now on would change it; age and past silence stay, and what
        others did is not the account's to change.
    disclosable : bool
        Whether the holder may be told its facts. Only what every holder knows that a bank looks at:
        what names a red flag would teach how to avoid it, and tell that one was raised.
    """

    about: str
    riskier: str
    safer: str
    changeable: bool = True
    disclosable: bool = False


TYPOLOGIES = {
    "velocity": Typology(
        "the number and sum of payments", "More money moves", "Less money moves", disclosable=True
    ),
    "test payment, then a large one": Typology(
        "the size of the largest payments", "Larger single payments", "Smaller single payments"
    ),
    "pass-through": Typology(
        "the share of the money that passes through",
        "More of the money passes through",
        "Less of the money passes through",
    ),
    "commission kept": Typology(
        "the share of the money that is kept",
        "More of the money is kept rather than passed on",
        "Less of the money is kept",
    ),
    "rapid movement": Typology(
        "the speed at which money leaves", "Money leaves faster", "Money stays longer"
    ),
    "exit channels": Typology(
        "the share that leaves as cash, crypto, e-wallet or abroad",
        "More leaves as cash, crypto, e-wallet or abroad",
        "Less leaves as cash, crypto, e-wallet or abroad",
    ),
    "fan-in": Typology("the number of payers", "More payers", "Fewer payers"),
    "fan-out": Typology("the number of payees", "More payees", "Fewer payees"),
    "gather-scatter": Typology(
        "the number of payers and payees at once",
        "More payers and payees at once",
        "Fewer payers and payees at once",
    ),
    "unrelated payers": Typology(
        "the share of the money that comes from new payers",
        "More of the money comes from strangers",
        "More of the money comes from stable payers",
    ),
    "new payees": Typology(
        "the share of the money that goes to new payees",
        "More of the money goes to strangers",
        "More of the money goes to stable payees",
    ),
    "one-time links": Typology(
        "the share of counterparties met only once",
        "More counterparties met only once",
        "More counterparties are stable and met again",
    ),
    "mutual relations": Typology(
        "the share of the money that goes to accounts which also pay in",
        "Fewer mutual relations",
        "More stable, mutual relations",
    ),
    "few or many sources": Typology(
        "the spread of the money over payers",
        "Money from fewer sources",
        "Money from more sources, as a merchant has it",
    ),
    "few or many destinations": Typology(
        "the spread of the money over payees",
        "Money to fewer destinations",
        "Money to more destinations",
    ),
    "spread of payers": Typology(
        "the number of the payers' countries",
        "Payers in more countries",
        "Payers in fewer countries",
    ),
    "bank hopping": Typology(
        "the use of other institutions",
        "More use of other institutions",
        "Less use of other institutions",
    ),
    "new account": Typology(
        "the age of the account",
        "A newer account",
        "A longer tenure",
        changeable=False,
        disclosable=True,
    ),
    "recent activity": Typology(
        "the time since the last payment",
        "More recent use",
        "Less recent use",
        changeable=False,
        disclosable=True,
    ),
    "dormant account reactivated": Typology(
        "the longest silence before renewed use",
        "A longer silence before renewed use",
        "A shorter silence before renewed use",
        changeable=False,
    ),
    "regular use": Typology(
        "the number of days of use",
        "Use on fewer days",
        "Regular use on more days",
        disclosable=True,
    ),
    "bursts": Typology("the burstiness of use", "Use more in bursts", "More regular use"),
    "sudden activity": Typology(
        "the sudden growth of activity", "More sudden activity", "Steadier activity"
    ),
    "sudden inflow": Typology(
        "the sudden growth of the inflow", "A more sudden inflow", "A steadier inflow"
    ),
    "repeated amounts": Typology(
        "the share of repeated amounts", "More repeated amounts", "Fewer repeated amounts"
    ),
    "cash deposits, then transfers": Typology(
        "the share of cash deposits", "More cash deposits", "Fewer cash deposits"
    ),
    "ordinary life": Typology(
        "the share of salary, card payments and bills",
        "Less salary, bills and other ordinary life",
        "More salary, bills and other ordinary life",
        disclosable=True,
    ),
    "payments after a large receipt": Typology(
        "the time and number of payments after the largest receipt",
        "More or sooner payments after the largest receipt",
        "Fewer or later payments after the largest receipt",
    ),
    "drained account": Typology(
        "the share of the gathered money that is gone",
        "More of the gathered money is gone",
        "More of the gathered money is still there",
    ),
    "received money spent on goods": Typology(
        "the share of the money that is spent by card at once",
        "More is spent by card at once",
        "Less is spent by card at once",
    ),
    "round amounts": Typology(
        "the share of round amounts", "More round amounts", "Fewer round amounts"
    ),
    "split payments": Typology(
        "the number of nearly equal payments in a row",
        "More nearly equal payments in a row",
        "Fewer nearly equal payments in a row",
    ),
    "use at night": Typology(
        "the share that moves at night", "More use at night", "Less use at night"
    ),
    "use at weekends": Typology(
        "the share that moves at weekends", "More use at weekends", "Less use at weekends"
    ),
    "changed hours of use": Typology(
        "the change of the hours of use",
        "More change of the hours of use",
        "Less change of the hours of use",
    ),
    "changed channels": Typology(
        "the change of the channels used",
        "More change of the channels used",
        "Less change of the channels used",
    ),
    "large receipt soon after opening": Typology(
        "the age of the account at its largest receipt",
        "The largest receipt came earlier in the account's life",
        "The largest receipt came later in the account's life",
        changeable=False,
    ),
    "receipts beyond the income": Typology(
        "the receipts compared with the declared income",
        "More is received for the declared income",
        "Less is received for the declared income",
    ),
    "young firm": Typology(
        "the time that the firm has had the account",
        "A firm with a newer account",
        "A firm with an older account",
        changeable=False,
        disclosable=True,
    ),
    "new devices": Typology(
        "the devices that order payments", "More and newer devices", "Fewer and older devices"
    ),
    "new crypto addresses": Typology(
        "the share of crypto currency that goes to new addresses",
        "More crypto currency goes to new addresses",
        "More crypto currency goes to known addresses",
    ),
    "e-wallet hops": Typology(
        "the number of e-wallet receipts that are passed on",
        "More e-wallet receipts are passed on",
        "Fewer e-wallet receipts are passed on",
    ),
    "near a known mule": Typology(
        "the nearness to known mules",
        "Nearer to known mules",
        "Further from known mules",
        changeable=False,
    ),
    "complaints received": Typology(
        "the complaints about money received",
        "More complaints about money received",
        "Fewer complaints about money received",
        changeable=False,
    ),
    "counterparties complained of": Typology(
        "the dealings with accounts complained of",
        "More dealings with accounts complained of",
        "Fewer dealings with accounts complained of",
        changeable=False,
    ),
    "recalled payments": Typology(
        "the recalls of payments received",
        "More recalls of payments received",
        "Fewer recalls of payments received",
        changeable=False,
    ),
    "listed account": Typology(
        "the entries on warning lists",
        "More entries on warning lists",
        "Fewer entries on warning lists",
        changeable=False,
    ),
    "tainted money": Typology(
        "the share of the money that descends from complained-of payments",
        "More complained-of money",
        "Less complained-of money",
        changeable=False,
    ),
    "payees of mules": Typology(
        "the payees in common with known mules",
        "More payees in common with known mules",
        "Fewer payees in common with known mules",
        changeable=False,
    ),
    "mules among sharers": Typology(
        "the known mules that share its identifiers",
        "More known mules share its identifiers",
        "Fewer known mules share its identifiers",
        changeable=False,
    ),
    "shared identifiers": Typology(
        "the number of accounts that share its identifiers",
        "More accounts share its identifiers",
        "Fewer accounts share its identifiers",
        changeable=False,
    ),
    "accounts opened at once": Typology(
        "the number of accounts that the holder opened lately",
        "More accounts opened lately by the holder",
        "Fewer accounts opened lately by the holder",
        changeable=False,
    ),
    "money in circles": Typology(
        "the money that returns to where it started",
        "More money in circles",
        "Less money in circles",
        changeable=False,
    ),
    "layers of accounts": Typology(
        "the layers of accounts that money passes through",
        "More layers of accounts around it",
        "Fewer layers of accounts around it",
        changeable=False,
    ),
    "bursts of counterparties": Typology(
        "the bursts of payers and payees",
        "More bursts of payers and payees",
        "Fewer bursts of payers and payees",
        changeable=False,
    ),
}
"""Typology of a feature -> its words."""
