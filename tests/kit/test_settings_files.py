"""Settings from files, as containers get their secrets: a file's name is the variable's name."""

import pytest
from pydantic import SecretStr, ValidationError

from parley_kit.settings import ServiceSettings

KEY = "k" * 32


def load(folder):
    return ServiceSettings(_env_file=None, _secrets_dir=folder)


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    for name in ("PARLEY_SECRET_KEYS", "PARLEY_SERVICE_TOKEN", "PARLEY_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_file_sets_what_its_name_says(tmp_path):
    (tmp_path / "PARLEY_SECRET_KEYS").write_text(f"{KEY},{'o' * 32}\n")
    (tmp_path / "PARLEY_SERVICE_TOKEN").write_text("token\n")
    (tmp_path / "PARLEY_PUBLIC_URL").write_text("https://parley.example.com/")
    found = load(tmp_path)
    assert [key.reveal() for key in found.keys] == [KEY, "o" * 32]
    assert found.service_token == SecretStr("token")
    assert found.public_url == "https://parley.example.com"


def test_the_environment_wins_over_a_file(tmp_path, monkeypatch):
    (tmp_path / "PARLEY_SERVICE_TOKEN").write_text("from the file")
    monkeypatch.setenv("PARLEY_SERVICE_TOKEN", "from the environment")
    assert load(tmp_path).service_token.get_secret_value() == "from the environment"


def test_a_file_is_checked_like_a_variable(tmp_path):
    (tmp_path / "PARLEY_SECRET_KEYS").write_text("short")
    with pytest.raises(ValidationError, match="at least 32 characters"):
        load(tmp_path)


def test_files_of_other_names_do_no_harm(tmp_path):
    (tmp_path / "SOMETHING_ELSE").write_text("x")
    assert load(tmp_path).secret_keys == []
