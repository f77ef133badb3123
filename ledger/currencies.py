"""How many decimals a currency has, so that money is stored as whole minor units.

References
----------
ISO 4217 for the currencies of countries. Crypto currencies follow their own protocols, capped at
eight decimals so that every amount fits a 64-bit integer.
"""

MAXIMUM_MINOR = 10**15
"""Largest amount of one transaction, in minor units.

High enough for each currency: ten trillion US dollars or rials, ten million bitcoins.
"""

MAXIMUM_TOTAL_MINOR = 2**63 - 1
"""Largest total that an imported account paid and was paid, in minor units of the reference.

A sum over any of its transactions is therefore exact in 64 bits.
"""

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_TWO_DECIMALS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD"
    " CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ"
    " GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL"
    " MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR"
    " PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT"
    " TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_CRYPTO = {"BTC": 8, "ETH": 8, "USDC": 6, "USDT": 6}

EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **_CRYPTO,
}
"""Currency code -> number of decimals of its minor unit."""
