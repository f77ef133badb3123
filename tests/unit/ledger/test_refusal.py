from ledger.errors import Fault, FaultyRow, InputRefused, refuse
from ledger.refusal import text


def test_a_fault_with_rows():
    rows = (FaultyRow(7, "channel", "pigeon"), FaultyRow(1200, "channel", "owl" * 30))
    fault = Fault("transactions", "channel is one of the values allowed", 2, "Use wire.", rows)
    assert text(InputRefused((fault,))) == (
        "refused, nothing was stored: 1 fault\n"
        "\n"
        "transactions | channel is one of the values allowed: 2 rows break this rule\n"
        "  Cure: Use wire.\n"
        "    row  column   value\n"
        "      7  channel  pigeon\n"
        "  1,200  channel  owlowlowlowlowlowlowlowlowlowlowlowlo..."
    )


def test_a_fault_of_the_whole_input():
    assert text(refuse("labels", "has no rows", "Give one.")).endswith(
        "labels | has no rows\n  Cure: Give one."
    )


def test_control_characters_are_written_as_escapes():
    fault = Fault("a", "b", 1, "c", (FaultyRow(1, "d", "\x1b[2J\u202e"),))
    assert "\\x1b[2J\\u202e" in text(InputRefused((fault,)))
