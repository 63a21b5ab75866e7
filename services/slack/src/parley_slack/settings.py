"""What the Slack service reads from the environment; the only reader of it."""

from __future__ import annotations

from pydantic import Field, SecretStr

from parley_kit.adapter.settings import AdapterSettings


class SlackSettings(AdapterSettings):
    """Settings of the Slack service; the provider's names are those of Slack's app pages."""

    port: int = Field(default=50052, validation_alias="PARLEY_SLACK_PORT")
    database_url: str = Field(default="sqlite:///parley-slack.db", validation_alias="DATABASE_URL")
    client_id: str = Field(default="", validation_alias="SLACK_CLIENT_ID")
    client_secret: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_CLIENT_SECRET")
    signing_secret: SecretStr = Field(
        default=SecretStr(""), validation_alias="SLACK_SIGNING_SECRET"
    )
    app_token: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_APP_TOKEN")
    redirect_uri: str = Field(default="", validation_alias="SLACK_REDIRECT_URI")
    api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    authorize_url: str = Field(
        default="https://slack.com/oauth/v2/authorize", validation_alias="SLACK_AUTHORIZE_URL"
    )

    @property
    def callback_url(self) -> str:
        """Where Slack sends the browser back to; the same text in both steps of OAuth."""
        return self.redirect_uri or f"{self.public_url}/api/channels/slack/callback"

    @property
    def missing(self) -> tuple[str, ...]:
        """The names that must be set before a workspace can be connected."""
        wanted = {
            "SLACK_CLIENT_ID": self.client_id,
            "SLACK_CLIENT_SECRET": self.client_secret.get_secret_value(),
        }
        if not self.app_token.get_secret_value():
            wanted["SLACK_SIGNING_SECRET"] = self.signing_secret.get_secret_value()
        return tuple(name for name, value in wanted.items() if not value.strip())
