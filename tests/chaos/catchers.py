"""Which test catches which planted bug, and what it says then."""

from dataclasses import dataclass

KILLS = "tests/chaos/test_kills.py", "tests/chaos/test_verdicts.py"
POINTS = "tests/chaos/test_crash_points.py"
QUICK = "--chaos-patience=60"


@dataclass(frozen=True)
class Catch:
    """A bug, the pytest arguments of its catcher, and a text of the failure (a regex).

    Attributes:
        is_quick: It runs in `make test`, too.
    """

    bug: str
    meaning: str
    by: tuple[str, ...]
    says: str
    is_quick: bool = False


CATCHES = (
    Catch(
        "acknowledge_before_commit",
        "a 202 comes a moment before its commit",
        (*KILLS, QUICK),
        r"lost: \['",
    ),
    Catch(
        "blind_resend",
        "what may have been sent is sent again",
        (*KILLS, QUICK),
        r"doubled: \{'",
    ),
    Catch(
        "sdk_retries",
        "slack_sdk repeats a post after a dropped line",
        ("tests/slack/test_no_hidden_resend.py", "-k", "one_call"),
        r"assert \['once', 'once'",
    ),
    Catch(
        "httplib2_execute",
        "Google's client sends by itself, and httplib2 repeats a POST",
        ("tests/gmail/test_failing_sends.py", "-k", "behind_our_back"),
        r"AssertionError|assert",
    ),
    Catch(
        "no_fence",
        "who slept past a lease records all the same",
        ("tests/conformance/store/test_queue.py", "-k", "expired_lease"),
        r"assert",
        is_quick=True,
    ),
    Catch(
        "lease_for_ever",
        "a dead worker's lane is never taken up",
        (POINTS, "--chaos-points=orchestrator.work_claimed", QUICK),
        r"still moving",
    ),
    Catch(
        "fall_back_twice",
        "the next channel is asked two times",
        ("tests/orchestrator/test_delivering.py", "-k", "hands_over_to_the_next"),
        r"Left contains one more item|too many values",
    ),
    Catch(
        "late_second_ask",
        "a channel that recovers sends what another one sent",
        ("tests/chaos/test_providers.py", "-k", "late_recovery", QUICK),
        r"gmail99",
    ),
    Catch(
        "select_then_update",
        "a decision looks first, and writes afterwards",
        ("tests/chaos/test_races.py", "-k", "eight"),
        r"double=[1-9]",
    ),
    Catch(
        "timer_overrides",
        "the clock ends what was answered",
        ("tests/orchestrator/test_decision_machine.py",),
        r"what_ended_stays_as_it_ended",
    ),
    Catch(
        "skip_digest",
        "an answer counts whatever was shown",
        ("tests/orchestrator/test_deciding.py", "-k", "does_not_count_is_kept"),
        r"DID NOT RAISE",
    ),
    Catch(
        "link_again",
        "an answer link works as often as it is used",
        ("tests/orchestrator/test_deciding.py", "-k", "link_answers_once"),
        r"assert False",
    ),
    Catch(
        "no_dedupe",
        "what a provider brings again is heard again",
        ("tests/chaos/test_providers.py", "-k", "shuffled"),
        r"assert .*texts",
    ),
    Catch(
        "skip_signature",
        "anybody may be Slack",
        ("tests/slack/test_attacks.py", "-k", "flipped_byte"),
        r"assert 200 == 401|== 401",
    ),
    Catch(
        "skip_dmarc",
        "a From header is believed",
        ("tests/gmail/test_receiving.py", "-k", "spoofed"),
        r"assert",
    ),
    Catch(
        "early_cursor",
        "a mailbox's cursor moves before its mail is stored",
        (POINTS, "--chaos-points=gmail.storing_mail", QUICK),
        r"is decided",
    ),
    Catch(
        "present_for_ever",
        "a closed web chat counts as open",
        ("tests/conformance/store/test_live.py", "-k", "runs_out"),
        r"assert",
    ),
)
