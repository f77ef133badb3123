"""Which red flags of mule accounts the catalogue measures, and what the others would need.

A red flag that needs facts no table of a ledger has yet names the table and the column that a bank
would have to send.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class RedFlag:
    """One red flag.

    Attributes
    ----------
    about : str
    features : tuple of str
        Those that measure it; with a star, all that begin so.
    needs : str
        The table and column it needs and that nothing reads yet; empty where it is measured.
    told : str
        The field of an assessment that tells it and that no score rests on.
    """

    about: str
    features: tuple[str, ...] = ()
    needs: str = ""
    told: str = ""


def _flag(about: str, *features: str) -> RedFlag:
    return RedFlag(about, features)


def _needs(about: str, needs: str) -> RedFlag:
    return RedFlag(about, needs=needs)


RED_FLAGS = (
    _flag("money passes through", "pass_through_*", "turns_1d"),
    _flag("received money stays minutes", "dwell_median_30d"),
    _flag("its fastest part stays minutes", "dwell_p10_30d"),
    _flag("what leaves within minutes and hours", "share_out_*"),
    _flag("the time from a large receipt to the first payment", "first_out_minutes_30d"),
    _flag("the account is drained", "drained_share_30d"),
    _needs("next to nothing is left at the end of the day", "balances.balance_minor"),
    _flag("a cut is kept", "kept_share_90d"),
    _flag("use in bursts", "burstiness_90d"),
    _flag("more transactions than ever", "peak_hour_count_7d", "activity_growth_7d", "*_count_*"),
    _flag("an hour brings most of a month", "peak_hour_share_30d"),
    _flag("receipts followed by payments, again and again", "turns_1d"),
    _flag("a small test, then a large payment", "tested_payments_30d", "*_max_*"),
    _flag("many payments after one receipt", "payments_after_largest_30d"),
    _flag("many payers", "payer_count_*", "fan_in_bursts_30d"),
    _flag("many payees", "payee_count_*", "fan_out_bursts_30d"),
    _flag("gathered, then scattered", "gather_scatter_*"),
    _flag("scattered, then gathered by one account", "scatter_gathers_30d", "stacks_30d"),
    _flag("money that returns in a cycle", "cycles_30d"),
    _flag("layers of accounts that pass money on", "chain_30d", "stacks_30d"),
    _flag("money to new payees", "new_payee_share_7d"),
    _flag("money from new payers", "new_payer_share_7d"),
    _flag("payers without any relation", "new_payer_share_7d", "returned_share_90d"),
    _flag("payers in many places", "payer_countries_30d"),
    _flag("payees that confirmed mules pay too", "mule_payees_90d"),
    _flag("few steps to a confirmed mule", "hops_from_mule_90d", "hops_to_mule_90d"),
    _flag("money that descends from a complaint", "tainted_share_30d"),
    _flag("near confirmed mules in the network", "mule_rank_30d"),
    _flag("confirmed mules in the same community", "community_mule_share_30d"),
    _flag("counterparties met only once", "one_time_share_90d"),
    _flag(
        "many institutions",
        "payee_institutions_30d",
        "payer_institutions_30d",
        "other_institution_share_30d",
    ),
    _flag("a new account with much money", "age_days", "*_sum_*"),
    _flag("a large receipt soon after opening", "age_at_largest_90d"),
    _flag("a dormant account reactivated", "longest_silence_90d", "days_since_last"),
    _flag("a sudden inflow", "credit_growth_7d"),
    _flag("many accounts opened by one person", "holder_openings_90d"),
    _needs("telephone, address or device changed, then used", "account_events.kind"),
    _needs("a limit raised, then used", "account_events.value"),
    _flag("no salary, bills or cards", "living_share_90d", "salary_share_90d", "active_days_90d"),
    _flag("a young firm", "business_age_days"),
    _flag("round amounts", "round_share_30d"),
    _needs("amounts just below a limit", "account_events.value of limits"),
    _flag("one receipt split into nearly equal payments", "like_payments_30d"),
    _flag("one amount again and again", "repeat_amount_share_30d"),
    _flag("receipts beyond the income", "income_ratio_30d"),
    _flag("use at night", "night_share_30d"),
    _flag("use at other hours than before", "hours_shift_7d"),
    _flag("use at weekends", "weekend_share_30d"),
    _flag(
        "cash soon after a receipt",
        "cash_1h_share_30d",
        "cash_out_share_30d",
        "cash_deposit_share_30d",
    ),
    _flag("crypto currency soon after a receipt", "crypto_1h_share_30d", "crypto_share_30d"),
    _flag(
        "abroad soon after a receipt",
        "abroad_1h_share_30d",
        "cross_border_share_30d",
        "exit_24h_share_30d",
    ),
    _flag("through e-wallets and on", "e_wallet_hops_30d", "e_wallet_share_30d"),
    _flag("goods bought with received money", "card_24h_share_30d"),
    _flag("crypto currency to new addresses", "new_crypto_share_30d"),
    _needs("stablecoins among crypto payments", "transactions.payee_currency of crypto payments"),
    _flag("a device shared by many", "device_accounts_30d"),
    _flag("a telephone, network or postal address shared by many", "identifier_accounts_30d"),
    _flag("a device shared with confirmed mules", "sharer_mule_share_30d"),
    _flag("a new device, then payments", "new_device_share_7d", "device_count_30d"),
    _needs("remote access during a payment", "account_events.value of sessions"),
    _needs("a network address far from home", "account_events.value of sessions"),
    _needs("impossible travel between sessions", "account_events.value of sessions"),
    _needs("hidden network addresses", "account_events.value of sessions"),
    _flag("other channels than before", "channels_shift_7d"),
    _needs("looks into the account before money lands", "account_events.kind session"),
    _needs("use by a program", "account_events.value of sessions"),
    _needs("a SIM swapped, or a new number", "account_events.kind sim_swap"),
    _flag("use beyond what the occupation lets expect", "income_ratio_30d"),
    _flag("an entry on a national list", "list_entries"),
    _flag("complaints by victims", "complaint_*", "complained_*"),
    _flag("recalls by other banks", "recall_count_30d"),
    RedFlag("a victim rather than a mule", told="is_probable_victim"),
)
"""Every red flag that is tracked, in the order of the families they belong to."""
