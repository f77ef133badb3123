from datetime import UTC, datetime

import pytest

from models.language import ENGLISH, language
from models.peers import AGE_BANDS, Peers
from models.wording import worded

AT = datetime(2025, 6, 1, 7, 5, 9, tzinfo=UTC)
THAI, JAPANESE = language("th"), language("ja")


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (0, "THB", "0.00 THB"),
        (5, "THB", "0.05 THB"),
        (-150, "EUR", "\N{MINUS SIGN}1.50 EUR"),
        (1234, "JPY", "1,234 JPY"),
        (1234, "KWD", "1.234 KWD"),
        (10**15 + 1, "BTC", "10,000,000.00000001 BTC"),
    ],
)
def test_money_is_exact_and_has_its_currencys_decimals(amount, currency, words):
    assert ENGLISH.money(amount, currency) == words


def test_money_has_the_name_of_its_currency():
    assert THAI.money(123_450, "THB") == "1,234.50 บาท"
    assert JAPANESE.money(1234, "JPY") == "1,234 日本円"
    assert JAPANESE.money(1_500_000, "USDT") == "1.500000 USDT"


def test_years_are_gregorian_and_an_instant_has_its_zone():
    assert ENGLISH.moment(AT) == "1 June 2025, 07:05:09 UTC"
    assert THAI.moment(AT) == "1 มิถุนายน ค.ศ. 2025 เวลา 07:05:09 UTC"
    assert JAPANESE.moment(AT) == "2025年6月1日 07:05:09 UTC"


def test_numbers_have_a_real_minus_and_no_minus_zero():
    assert ENGLISH.number(-1234.5, 1) == "\N{MINUS SIGN}1,234.5"
    assert ENGLISH.number(-0.004, 2) == "0.00"
    assert ENGLISH.number(0.5, 2, "+") == "+0.50"
    assert [ENGLISH.significant(value) for value in (0.0361, 2.0, 1.53, 27.4, 100.0)] == [
        "0.036", "2", "1.5", "27", "100",
    ]  # fmt: skip


def test_hours_have_two_significant_digits():
    for value in (hundredths / 100 for hundredths in range(150, 4800)):
        assert ENGLISH.significant(value) == f"{value:.2g}"


def test_a_large_number_takes_little_room():
    assert ENGLISH.compact(250_000) == "250K"
    assert JAPANESE.compact(250_000) == "25万"
    assert ENGLISH.compact(1.5) == "1.5"


def test_values_are_counted_as_each_language_counts():
    assert worded(1.0, "transactions", "THB") == "once"
    assert worded(1.0, "transactions", "THB", JAPANESE) == "1回"
    assert worded(12.0, "accounts", "THB", THAI) == "12 บัญชี"
    assert worded(0.001, "share", "THB", JAPANESE) == "1%未満"


def test_peers_stand_in_the_order_of_each_language():
    young = Peers("bank", AGE_BANDS[0], "TH")
    assert young.words(THAI) == "บัญชีธนาคารที่เปิดไม่ถึง 90 วันในประเทศไทย"
    assert young.words(JAPANESE) == "タイ所在で開設後90日未満の銀行口座"
    assert Peers("bank", None, "??").words(JAPANESE) == "??所在の銀行口座"


def test_an_unknown_language_is_an_error():
    with pytest.raises(KeyError):
        language("xx")
