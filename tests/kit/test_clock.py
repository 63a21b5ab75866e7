"""Times to protobuf and to text and back, at every edge."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from parley_kit.clock import from_timestamp, rfc3339, to_timestamp

MOMENTS = [
    datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30))),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_timestamp_is_what_the_library_makes_of_it(moment):
    expected = Timestamp()
    expected.FromDatetime(moment)
    assert to_timestamp(moment) == expected
    assert from_timestamp(expected) == moment


def test_no_time_is_no_timestamp():
    assert to_timestamp(None) is None


@pytest.mark.parametrize("seconds", [2**62, -(2**62), 253_402_300_800, -62_135_596_801])
def test_what_is_no_date_is_refused(seconds):
    with pytest.raises(ValueError, match="no date"):
        from_timestamp(Timestamp(seconds=seconds))


@pytest.mark.parametrize("moment", MOMENTS)
def test_text_is_utc_with_milliseconds(moment):
    text = rfc3339(moment)
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == moment - timedelta(
        microseconds=moment.microsecond % 1000
    )
