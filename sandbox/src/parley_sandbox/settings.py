"""The only reader of the environment; the suite's own names, so that one env serves both."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How the sandbox listens, where it delivers to, and which apps it knows.

    Field names are the environment variables in lower case. URLs have no trailing slash.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment and then `.env`."""
        return cls(_env_file=".env")  # type: ignore[call-arg]

    sandbox_host: str = "127.0.0.1"
    sandbox_port: int = 8080
    sandbox_public_url: str = ""
    sandbox_deliver_url: str = ""
    sandbox_journal_limit: int = 200_000
    parley_public_url: str = "http://127.0.0.1:8000"

    slack_client_id: str = "sandbox-slack-client"
    slack_client_secret: SecretStr = SecretStr("sandbox-slack-secret")
    slack_signing_secret: SecretStr = SecretStr("sandbox-slack-signing-secret")
    slack_app_token: SecretStr = SecretStr("xapp-sandbox")
    slack_redirect_uri: str = ""
    sandbox_slack_rotation: bool = False
    sandbox_slack_echo: bool = True
    sandbox_slack_retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)

    gmail_client_id: str = "sandbox-google-client"
    gmail_client_secret: SecretStr = SecretStr("sandbox-google-secret")
    gmail_redirect_uri: str = ""
    gmail_pubsub_topic: str = "projects/sandbox/topics/gmail"
    gmail_pubsub_audience: str = ""
    gmail_pubsub_service_account: str = "push@sandbox.iam.gserviceaccount.com"
    sandbox_gmail_push_retry_seconds: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
    sandbox_gmail_push_interval_seconds: float = 1.0
    sandbox_gmail_index_delay_seconds: float = 0.0
    sandbox_gmail_units_per_minute: int = 0

    @property
    def public_url(self) -> str:
        """Where browsers and clients reach the sandbox."""
        own = f"http://{self.sandbox_host}:{self.sandbox_port}"
        return (self.sandbox_public_url or own).rstrip("/")

    @property
    def deliver_url(self) -> str:
        """Where events and pushes are posted to; in containers not the public address."""
        return (self.sandbox_deliver_url or self.parley_public_url).rstrip("/")

    @property
    def slack_callback(self) -> str:
        """The one redirect URI that the Slack app is registered with."""
        return self.slack_redirect_uri or f"{self._parley}/api/channels/slack/callback"

    @property
    def gmail_callback(self) -> str:
        """The one redirect URI that the Google client is registered with."""
        return self.gmail_redirect_uri or f"{self._parley}/api/channels/gmail/callback"

    @property
    def push_audience(self) -> str:
        """The `aud` claim of Pub/Sub push tokens."""
        return self.gmail_pubsub_audience or f"{self._parley}/api/channels/gmail/webhook"

    @property
    def _parley(self) -> str:
        return self.parley_public_url.rstrip("/")
