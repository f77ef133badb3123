"""JSON is read strictly, so that no two readers of a request can take it differently."""

import pytest

from serving.api.strict import MEMBERS, parse
from serving.problems import Problem

REFUSED = {
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": Infinity}',
    "negative infinity": b'{"a": [-Infinity]}',
    "the same key twice": b'{"a": 1, "a": 2}',
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "too many digits": b'{"a": ' + b"9" * 5_000 + b"}",
    "not UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'{"a": "\xc0\x80"}',
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "nothing": b"",
    "cut short": b'{"a": [1, 2',
    "two documents": b"{} {}",
    "a comment": b'{"a": 1} // x',
    "single quotes": b"{'a': 1}",
    "a bare control character": b'{"a": "\x01"}',
    "many members": b"{" + b",".join(b'"%d":1' % i for i in range(MEMBERS + 1)) + b"}",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_it_is_refused(body):
    with pytest.raises(Problem) as problem:
        parse(body)
    assert problem.value.kind.status == 400


def test_it_is_read():
    body = '{"a": [1, -2, 2.5, true, null], "ü": "\\u00e9 \\ud83d\\ude00 ๑"}'.encode()
    assert parse(body) == {"a": [1, -2, 2.5, True, None], "ü": "é 😀 ๑"}


def test_a_large_integer_is_exact():
    assert parse(b"[12345678901234567890123]") == [12345678901234567890123]
