"""Every feature computed the slow, obvious way: plain Python over plain dictionaries."""

import itertools
import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction

MISSING = math.nan
MINUTE = 60 * 10**6
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WINDOWS = {"1d": DAY, "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY}
FAR_LAST = 2**63 - 1


def features(transactions, account, as_of):
    """Return every feature of an account by name, or None if it has no visible history."""
    life = visible_life(transactions, account, as_of)
    if not life:
        return None
    return {
        **flow(life, as_of),
        **dwell(life, as_of),
        **counterparties(life, as_of),
        **rhythm(life, account, as_of),
        **exit_doors(life, as_of),
        **arrivals(life, as_of),
        **amounts(life, as_of),
        **hours(life, account, as_of),
        **holder(life, account, as_of),
        **devices(life, as_of),
        **wallets(life, as_of),
    }


def visible_life(transactions, account, as_of):
    own = account["account_id"]
    visible = [t for t in transactions if seen_at(t) < as_of]
    visible.sort(key=order)
    visible = without_reversed(visible)
    return [
        event
        for t in visible
        for event in (
            side(t, account, "payer", "payee") if t["payer_account"] == own else None,
            side(t, account, "payee", "payer") if t["payee_account"] == own else None,
        )
        if event
    ]


def seen_at(t):
    return max(t["happened_at"], t["known_at"])


def without_reversed(visible):
    """Leave out each payment with a reversal of the whole, and the reversal seen first."""
    gone = []
    for original in visible:
        undoing = [t for t in visible if undoes(t, original)]
        if undoing:
            gone += [original, min(undoing, key=seen_at)]
    return [t for t in visible if t not in gone]


def undoes(t, original):
    return (
        original["reverses"] is None
        and t["reverses"] == original["transaction_id"]
        and t["payer_account"] == original["payee_account"]
        and t["payee_account"] == original["payer_account"]
        and t["reference_minor"] == original["reference_minor"]
    )


def order(t):
    sequence = FAR_LAST if t["source_sequence"] is None else t["source_sequence"]
    return t["happened_at"], sequence, t["transaction_id"]


def side(t, account, _own, other):
    def differs(what):
        theirs, ours = t[f"{other}_{what}"], account[what]
        return None if theirs is None or ours is None else theirs != ours

    return {
        "at": t["happened_at"],
        "credit": other == "payer",
        "amount": t["reference_minor"],
        "who": t[f"{other}_account"],
        "institution": t[f"{other}_institution"],
        "country": t[f"{other}_country"],
        "elsewhere": differs("institution"),
        "abroad": differs("country"),
        "channel": t["channel"],
        "device": t["device_id"] if other == "payee" else None,
    }


def since(life, as_of, window):
    return [e for e in life if e["at"] >= as_of - WINDOWS[window]]


def received(events):
    return [e for e in events if e["credit"]]


def paid(events):
    return [e for e in events if not e["credit"]]


def total(events):
    return sum(e["amount"] for e in events)


def divided(a, b):
    return MISSING if b == 0 else float(a) / float(b)


def flow(life, as_of):
    result = {}
    for window in WINDOWS:
        came, went = received(since(life, as_of, window)), paid(since(life, as_of, window))
        result[f"credit_count_{window}"] = len(came)
        result[f"debit_count_{window}"] = len(went)
        result[f"credit_sum_{window}"] = total(came)
        result[f"debit_sum_{window}"] = total(went)
        result[f"pass_through_{window}"] = divided(min(total(came), total(went)), total(came))
        if window in ("7d", "90d"):
            result[f"credit_max_{window}"] = max((e["amount"] for e in came), default=MISSING)
            result[f"debit_max_{window}"] = max((e["amount"] for e in went), default=MISSING)
    result["kept_share_90d"] = divided(total(came) - total(went), total(came))
    month = since(life, as_of, "30d")
    signed = [e["amount"] if e["credit"] else -e["amount"] for e in month]
    gathered = [0, *itertools.accumulate(signed)]
    fallen = max(gathered) - max(gathered[-1], 0)
    result["drained_share_30d"] = divided(fallen, max(gathered))
    return result


def dwell(life, as_of):
    month = since(life, as_of, "30d")
    matches = first_in_first_out(month)
    came = total(received(month))

    def within(limit, chosen=lambda debit: True):
        return sum(m for stayed, m, debit in matches if stayed <= limit and chosen(debit))

    def is_exit(debit):
        return debit["channel"] in ("atm", "crypto", "e_wallet") or debit["abroad"] is True

    return {
        "dwell_median_30d": quantile(matches, 5),
        "dwell_p10_30d": quantile(matches, 1),
        "share_out_1h_30d": divided(within(60 * MINUTE), came),
        "share_out_24h_30d": divided(within(DAY), came),
        "exit_24h_share_30d": divided(within(DAY, is_exit), came),
        "share_out_5m_30d": divided(within(5 * MINUTE), came),
        "cash_1h_share_30d": divided(within(HOUR, lambda e: e["channel"] == "atm"), came),
        "crypto_1h_share_30d": divided(within(HOUR, lambda e: e["channel"] == "crypto"), came),
        "abroad_1h_share_30d": divided(within(HOUR, lambda e: e["abroad"] is True), came),
        "card_24h_share_30d": divided(within(DAY, lambda e: e["channel"] == "card"), came),
    }


def first_in_first_out(events):
    """Return (time stayed, amount, debit) for every piece of a credit that a debit passed on."""
    queue, matches = [], []
    for event in events:
        if event["credit"]:
            queue.append([event["at"], event["amount"]])
            continue
        to_pay = event["amount"]
        while to_pay and queue:
            piece = min(to_pay, queue[0][1])
            if piece:  # a receipt worth nothing in the ledger's currency passes nothing on
                matches.append((event["at"] - queue[0][0], piece, event))
            to_pay -= piece
            queue[0][1] -= piece
            if queue[0][1] == 0:
                queue.pop(0)
    return matches


def quantile(matches, tenths):
    everything = sum(amount for _, amount, _ in matches)
    reached = 0
    for stayed, amount, _ in sorted(matches, key=lambda match: match[0]):
        reached += amount
        if 10 * reached >= tenths * everything:
            return stayed / MINUTE
    return MISSING


def counterparties(life, as_of):
    def parties(events):
        return {e["who"] for e in events} - {None}

    result = {}
    for window in WINDOWS:
        events = since(life, as_of, window)
        result[f"payer_count_{window}"] = len(parties(received(events)))
        result[f"payee_count_{window}"] = len(parties(paid(events)))
        if window in ("1d", "7d"):
            result[f"gather_scatter_{window}"] = min(
                result[f"payer_count_{window}"], result[f"payee_count_{window}"]
            )
    week, month, quarter = (since(life, as_of, window) for window in ("7d", "30d", "90d"))
    before = parties(e for e in life if e not in week)
    for name, events in (("payer", received(week)), ("payee", paid(week))):
        named = [e for e in events if e["who"]]
        new = [e for e in named if e["who"] not in before]
        result[f"new_{name}_share_7d"] = divided(total(new), total(named))
    met = Counter(e["who"] for e in quarter if e["who"])
    result["one_time_share_90d"] = divided(sum(n == 1 for n in met.values()), len(met))
    result["payer_concentration_90d"] = concentration(received(quarter))
    result["payee_concentration_90d"] = concentration(paid(quarter))
    named = [e for e in paid(quarter) if e["who"]]
    back = [e for e in named if e["who"] in parties(received(quarter))]
    result["returned_share_90d"] = divided(total(back), total(named))
    result["payer_institutions_30d"] = distinct(received(month), "institution")
    result["payee_institutions_30d"] = distinct(paid(month), "institution")
    result["payer_countries_30d"] = distinct(received(month), "country")
    return result


def concentration(events):
    value = defaultdict(int)
    for e in events:
        if e["who"]:
            value[e["who"]] += e["amount"]
    # The sum of the squares, each unit of money counted with what its counterparty has in all.
    squares = sum_in_order(float(e["amount"]) * value[e["who"]] for e in events if e["who"])
    return divided(squares, squared(float(sum(value.values()))))


def squared(number):
    # Not number**2: the C library's pow may round otherwise than a product.
    return number * number


def sum_in_order(numbers):
    result = 0.0
    for number in numbers:
        result += number
    return result


def distinct(events, what):
    different = {e[what] for e in events} - {None}
    return MISSING if events and not different else len(different)


def rhythm(life, account, as_of):
    at = [e["at"] for e in life]
    week, month, quarter = (since(life, as_of, window) for window in ("7d", "30d", "90d"))
    pauses = [b - a for a, b in itertools.pairwise(at) if b >= as_of - 90 * DAY]
    opened = account["opened_at"]
    known_age = opened is not None and opened < as_of
    alike = Counter((e["credit"], e["amount"]) for e in month)
    repeated = sum(alike[e["credit"], e["amount"]] > 1 for e in month)
    return {
        "age_days": (as_of - opened) / DAY if known_age else MISSING,
        "days_since_last": (as_of - at[-1]) / DAY,
        "longest_silence_90d": max(pauses) / DAY if pauses else MISSING,
        "active_days_90d": len({e["at"] // DAY for e in quarter}),
        "burstiness_90d": burstiness([e["at"] for e in quarter]),
        "activity_growth_7d": divided(len(week), len(quarter)) * 90.0 / 7.0,
        "credit_growth_7d": divided(total(received(week)), total(received(quarter))) * 90.0 / 7.0,
        "repeat_amount_share_30d": divided(repeated, len(month)),
    }


def burstiness(at):
    pauses = [b - a for a, b in itertools.pairwise(at)]
    if len(pauses) < 2:
        return MISSING
    mean = sum(pauses) / len(pauses)
    spread = math.sqrt(sum_in_order(squared(p - mean) for p in pauses) / len(pauses))
    return (spread - mean) / (spread + mean) if spread + mean > 0 else MISSING


def exit_doors(life, as_of):
    went, came = paid(since(life, as_of, "30d")), received(since(life, as_of, "30d"))
    quarter = since(life, as_of, "90d")

    def through(events, *channels):
        return [e for e in events if e["channel"] in channels]

    def beyond(what):
        known = [e for e in went if e[what] is not None]
        return divided(total(e for e in known if e[what]), total(known))

    living = [
        *through(received(quarter), "salary"),
        *through(paid(quarter), "card", "bill", "fee"),
    ]
    return {
        "cash_out_share_30d": divided(total(through(went, "atm")), total(went)),
        "crypto_share_30d": divided(total(through(went, "crypto")), total(went)),
        "e_wallet_share_30d": divided(total(through(went, "e_wallet")), total(went)),
        "cross_border_share_30d": beyond("abroad"),
        "other_institution_share_30d": beyond("elsewhere"),
        "cash_deposit_share_30d": divided(total(through(came, "cash_deposit")), total(came)),
        "salary_share_90d": divided(
            total(through(received(quarter), "salary")), total(received(quarter))
        ),
        "living_share_90d": divided(len(living), len(quarter)),
    }


def arrivals(life, as_of):
    month, week = since(life, as_of, "30d"), since(life, as_of, "7d")
    came = received(month)
    result = {"first_out_minutes_30d": MISSING, "payments_after_largest_30d": MISSING}
    if came:
        largest = max(e["amount"] for e in came)
        last = max(i for i, e in enumerate(month) if e["credit"] and e["amount"] == largest)
        after = [e["at"] - month[last]["at"] for e in paid(month[last + 1 :])]
        result["first_out_minutes_30d"] = after[0] / MINUTE if after else MISSING
        result["payments_after_largest_30d"] = sum(passed <= HOUR for passed in after)
    most = max((total(within_hour(came, e)) for e in came), default=0)
    result["peak_hour_share_30d"] = divided(most, total(came))
    result["peak_hour_count_7d"] = max((len(within_hour(week, e)) for e in week), default=0)
    turns = itertools.pairwise(since(life, as_of, "1d"))
    result["turns_1d"] = sum(a["credit"] and not b["credit"] for a, b in turns)
    return result


def within_hour(events, last):
    return [e for e in events if last["at"] - HOUR <= e["at"] <= last["at"]]


def amounts(life, as_of):
    month = since(life, as_of, "30d")
    tested = 0
    for place, e in enumerate(month):
        same = [b for b in month[:place] if (b["who"], b["credit"]) == (e["who"], e["credit"])]
        if e["who"] and same and e["at"] - same[-1]["at"] <= DAY:
            tested += 50 * same[-1]["amount"] <= e["amount"]
    return {
        "round_share_30d": divided(sum(is_round(e["amount"]) for e in month), len(month)),
        "like_payments_30d": longest_row(paid(month)),
        "tested_payments_30d": tested,
    }


def is_round(amount):
    step = 10 ** max(len(str(amount)) - 2, 0)
    nearest = min(amount // step * step, (amount // step + 1) * step, key=lambda r: abs(amount - r))
    return amount >= 1000 and 1000 * abs(amount - nearest) <= amount


def longest_row(payments):
    rows = []
    for e in payments:
        first = rows[-1][0] if rows else None
        if first and e["at"] - first["at"] <= 30 * MINUTE and is_like(first, e):
            rows[-1].append(e)
        else:
            rows.append([e])
    return max(map(len, rows), default=0)


def is_like(first, e):
    return 20 * abs(e["amount"] - first["amount"]) <= first["amount"]


def hours(life, account, as_of):
    month, quarter = since(life, as_of, "30d"), since(life, as_of, "90d")
    week = since(life, as_of, "7d")
    before = quarter[: len(quarter) - len(week)]
    ahead = {"TH": 7, "KH": 7, "IN": 5.5, "US": -5}.get(account["country"])
    night = weekend = MISSING
    if ahead is not None:
        midnight = datetime(1970, 1, 1, tzinfo=UTC)
        local = [(midnight + timedelta(hours=ahead, microseconds=e["at"]), e) for e in month]
        night = divided(total(e for at, e in local if at.hour < 5), total(month))
        weekend = divided(total(e for at, e in local if at.isoweekday() >= 6), total(month))
    return {
        "night_share_30d": night,
        "weekend_share_30d": weekend,
        "hours_shift_7d": shift(before, week, lambda e: e["at"] // HOUR % 24),
        "channels_shift_7d": shift(before, week, lambda e: e["channel"]),
    }


def shift(before, since, kind):
    if not before or not since:
        return MISSING
    old, new = Counter(map(kind, before)), Counter(map(kind, since))
    apart = sum(abs(Fraction(new[k], len(since)) - Fraction(old[k], len(before)))
                for k in old.keys() | new.keys())  # fmt: skip
    return float(apart / 2)


def holder(life, account, as_of):
    opened, income = account["opened_at"], account["declared_income"]
    known_age = opened is not None and opened < as_of
    came = received(since(life, as_of, "90d"))
    largest = max((e["amount"] for e in came), default=0)
    at = max((e["at"] for e in came if e["amount"] == largest), default=0)
    at_age = (at - opened) / DAY if came and known_age and opened <= at else MISSING
    ratio = MISSING
    if income is not None:
        ratio = divided(total(received(since(life, as_of, "30d"))) * 12.0, income)
    return {
        "age_at_largest_90d": at_age,
        "income_ratio_30d": ratio,
        "business_age_days": (as_of - opened) / DAY
        if known_age and account["holder_kind"] == "business"
        else MISSING,
    }


def devices(life, as_of):
    week = [e for e in paid(since(life, as_of, "7d")) if e["device"]]
    used = {e["device"] for e in paid(life) if e["at"] < as_of - WINDOWS["7d"]}
    different = {e["device"] for e in paid(since(life, as_of, "30d"))} - {None}
    return {
        "new_device_share_7d": divided(
            total(e for e in week if e["device"] not in used), total(week)
        ),
        "device_count_30d": len(different) if different else MISSING,
    }


def wallets(life, as_of):
    month = since(life, as_of, "30d")
    places = [i for i, e in enumerate(life) if e in month and e["channel"] == "crypto"]
    crypto = [(life[i], {e["who"] for e in life[:i]}) for i in places if not life[i]["credit"]]
    known = [(e, met) for e, met in crypto if e["who"]]
    hops = 0
    for place, e in enumerate(month):
        next_payments = paid(month[place + 1 :])
        if e["credit"] and e["channel"] == "e_wallet" and next_payments:
            hops += next_payments[0]["at"] - e["at"] <= HOUR
    return {
        "new_crypto_share_30d": divided(
            total(e for e, met in known if e["who"] not in met), total(e for e, _ in known)
        ),
        "e_wallet_hops_30d": hops,
    }
