"""What a newcomer is told once the suite runs: where to look, and how to ask the first question."""

from __future__ import annotations

from parley_suite.demo import Demo

_QUESTION = '{"prompt": "Deploy **1.0** to production?", "kind": "approval", "delivery": "all"}'


def greeting(url: str, sandbox_url: str, demo: Demo, token: str, admin_key: str) -> str:
    """URLs, keys and a first command; an empty ``sandbox_url`` leaves the sandbox out."""
    lines = [
        f"  Web chat, signed in as Ann   {url}/#token={token}",
        f"  Operator's console           {url}/console   (admin key below)",
        f"  API reference                {url}/docs",
    ]
    if sandbox_url:
        lines.append(f"  Ann's Slack and mailbox      {sandbox_url}/")
    lines += [
        "",
        f"  agent key  {demo.agent_key}",
        f"  admin key  {admin_key}",
        f"  session    {demo.session_id}   with {demo.user_id}",
        "",
        "Ask Ann something (or press a button in the web chat):",
        "",
        f"  curl {url}/api/sessions/{demo.session_id}/feedback-requests \\",
        f"    -H 'Authorization: Bearer {demo.agent_key}' -H 'Content-Type: application/json' \\",
        f"    -d '{_QUESTION}'",
    ]
    return "\n".join(lines)
