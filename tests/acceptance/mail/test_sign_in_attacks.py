"""Attackers who bend the way back from Google's consent page: nothing is connected."""

import re
import threading

import httpx
import pytest


def begun(mail, browser):
    """What Google sends a browser back with, after it began to connect a mailbox."""
    path = "/api/channels/gmail/auth?shared=true&login_hint=agent%40example.com"
    start = browser.get(path, headers=mail.admin)
    assert start.status_code == 302, start.text
    google = httpx.get(start.headers["location"], follow_redirects=False, timeout=20)
    return google.headers["location"]


@pytest.fixture
def browser(mail):
    headers = {"accept": "application/json"}
    with httpx.Client(base_url=mail.suite.url, headers=headers, timeout=30) as client:
        yield client


@pytest.mark.parametrize("attack", ["missing", "foreign", "reused", "another browser"])
def test_a_sign_in_that_was_not_begun_here_connects_nothing(mail, browser, attack):
    back = begun(mail, browser)
    match attack:
        case "missing":
            back = re.sub(r"state=[^&]+&", "", back)
        case "foreign":
            back = re.sub(r"state=[^&]+", "state=" + "A" * 43, back)
        case "reused":
            assert browser.get(back).status_code == 200
        case "another browser":
            browser.cookies.clear()
    before = mail.get("/api/channels/gmail/status", mail.admin)["connections"]
    answer = browser.get(back)
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_state")
    after = mail.get("/api/channels/gmail/status", mail.admin)["connections"]
    kept = ("connection_id", "display_name", "status", "created_at")
    assert [[c[k] for k in kept] for c in after] == [[c[k] for k in kept] for c in before]


def test_one_state_that_is_used_eight_times_at_once_connects_once(mail, browser):
    back = begun(mail, browser)
    cookies = dict(browser.cookies)
    statuses = []

    def use():
        with httpx.Client(cookies=cookies, headers=browser.headers, timeout=30) as client:
            statuses.append(client.get(back).status_code)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [403] * 7
