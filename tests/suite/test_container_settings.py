"""The settings that containers share: given before kept before fresh, and the sandbox's if none."""

import stat
from urllib.parse import urlsplit

import psycopg
import pytest

from parley_suite.containers import settings_files as files
from parley_suite.containers.database import ClaimError, claim

FRESH = {
    "PARLEY_SECRET_KEYS": "k" * 64,
    "PARLEY_SERVICE_TOKEN": "t" * 48,
    "PARLEY_ADMIN_KEY": "padm_x",
    "POSTGRES_PASSWORD": "fresh",
}


def test_secrets_are_made_once_and_differ_between_installations():
    assert files.fresh_secrets().keys() == FRESH.keys()
    assert not set(files.fresh_secrets().values()) & set(files.fresh_secrets().values())
    first = files.wanted({}, {}, FRESH)
    again = files.wanted({}, first, files.fresh_secrets())
    assert again == first


def test_what_the_operator_gives_wins_over_what_is_kept():
    kept = files.wanted({}, {}, FRESH)
    given = {"PARLEY_ADMIN_KEY": "mine", "POSTGRES_PASSWORD": "p@ss/word", "PARLEY_LOG_LEVEL": ""}
    values = files.wanted(given, kept, FRESH)
    assert values["PARLEY_ADMIN_KEY"] == "mine"
    assert values["PARLEY_SERVICE_TOKEN"] == FRESH["PARLEY_SERVICE_TOKEN"]
    assert values["DATABASE_URL"] == "postgresql://parley:p%40ss%2Fword@postgres:5432/parley"
    assert "PARLEY_LOG_LEVEL" not in values, "an empty line in .env means not set"


def test_without_credentials_services_call_the_sandbox_and_browsers_its_public_address():
    given = {"SANDBOX_PUBLIC_URL": "http://127.0.0.1:9999", "HOME": "/root"}
    values = files.wanted(given, {}, FRESH)
    assert values["SLACK_API_URL"] == "http://sandbox:8080/api/"
    assert values["SLACK_AUTHORIZE_URL"].startswith("http://127.0.0.1:9999/")
    assert urlsplit(values["GMAIL_REDIRECT_URI"]).netloc == "127.0.0.1:8000"
    assert values["PARLEY_DEMO"] == "true"
    assert "HOME" not in values


@pytest.mark.parametrize("provider", ["SLACK_CLIENT_ID", "GMAIL_CLIENT_ID"])
def test_with_credentials_of_a_provider_nothing_points_at_the_sandbox(provider):
    kept = {**files.wanted({}, {}, FRESH), files.AGENT_KEY: "pak_demo"}
    values = files.wanted({provider: "real"}, kept, FRESH)
    assert values[provider] == "real"
    assert not [name for name, value in values.items() if "sandbox" in value]
    assert not [name for name in values if "DEMO" in name]


def test_the_demo_agents_key_outlives_a_restart():
    kept = {**files.wanted({}, {}, FRESH), files.AGENT_KEY: "pak_demo"}
    assert files.wanted({}, kept, FRESH)[files.AGENT_KEY] == "pak_demo"


def test_files_are_private_and_old_settings_go(tmp_path):
    (tmp_path / "SLACK_API_URL").write_text("http://old/")
    (tmp_path / "demo.json").write_text("{}")
    files.write(tmp_path, {"PARLEY_ADMIN_KEY": "padm_x"})
    assert files.read(tmp_path) == {"PARLEY_ADMIN_KEY": "padm_x"}
    assert stat.S_IMODE((tmp_path / "PARLEY_ADMIN_KEY").stat().st_mode) == 0o600
    assert (tmp_path / "demo.json").exists(), "what is no setting is left alone"


@pytest.fixture
def address(postgres):
    """A database whose user has to show a password, first `parley`; without the password."""
    hba = postgres.data / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(f"host all claimed 127.0.0.1/32 scram-sha-256\n{before}")
    postgres.execute("CREATE ROLE claimed LOGIN PASSWORD 'parley'")
    postgres.execute("SELECT pg_reload_conf()")
    yield f"host=127.0.0.1 port={postgres.port} dbname=postgres user=claimed"
    postgres.execute("DROP ROLE claimed")
    hba.write_text(before)
    postgres.execute("SELECT pg_reload_conf()")


def opens(address, password):
    try:
        psycopg.connect(address, password=password, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.postgres
def test_the_first_password_is_replaced_and_a_kept_one_can_be_changed(address):
    claim(address, "random", ["parley"])
    assert opens(address, "random")
    assert not opens(address, "parley")
    claim(address, "random", ["parley"])
    claim(address, "it's \\ mine", ["random", "parley"])
    assert opens(address, "it's \\ mine")
    assert not opens(address, "random")
    with pytest.raises(ClaimError, match="POSTGRES_PASSWORD"):
        claim(address, "lost", ["random", "parley"])
