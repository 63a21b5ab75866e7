"""What strangers write stays text: in messages, questions, names, and in the Markdown reader."""

import pytest
from playwright.async_api import expect
from tests.gateway.browser.samples import delivery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "{{7*7}}",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](//evil.example)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    '[a](https://example.com"onmouseover=alert(1))',
    "&#106;avascript&#58;alert(1)",
]
SHOWN_IN_CONSOLE = {
    "channels": ".connection-row",
    "requests": ".request",
    "deliveries": ".delivery",
    "agents": ".agent",
}
RENDER = """async (text) => {
  const { markdown } = await import("/assets/shared/markdown/render.js");
  return markdown(text).innerHTML;
}"""


TIME_OF = """async (text) => {
  const { markdown } = await import("/assets/shared/markdown/render.js");
  const began = performance.now();
  markdown(text);
  return performance.now() - began;
}"""
COUNT_MADE = """() => {
  const mark = "/assets/shared/mark.svg";
  const isMade = (node) =>
    ["SCRIPT", "IFRAME", "OBJECT"].includes(node.tagName) ||
    (node.tagName === "IMG" && node.getAttribute("src") !== mark) ||
    node.getAttributeNames().some((name) => name.startsWith("on"));
  return [...document.querySelectorAll("#page *")].filter(isMade).length;
}"""
MARKDOWN = {
    "a **b** *c* `d`": "<p>a <strong>b</strong> <em>c</em> <code>d</code></p>",
    "__e__ _f_": "<p><strong>e</strong> <em>f</em></p>",
    "snake_case_name 2*3*4": "<p>snake_case_name 2<em>3</em>4</p>",
    "\\*not\\* `*raw*` &amp; &#x41;": "<p>*not* <code>*raw*</code> &amp; A</p>",
    "# Title #": "<h2>Title</h2>",
    "> quoted\nlazily": "<blockquote><p>quoted<br>lazily</p></blockquote>",
    "- a\n- b\n  - c": "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
    "3. a\n4. b": '<ol start="3"><li>a</li><li>b</li></ol>',
    "***\ntext": "<hr><p>text</p>",
    "```py\n*x*\n```\nb": '<pre tabindex="0" data-language="py"><code>*x*</code></pre><p>b</p>',
    "**unclosed": "<p>**unclosed</p>",
}
UNITS = ["*", "_a", "[", "`", "> ", "- ", "**a ", "*a ", "![", "&", "[a](", "<http://", "a\n"]


async def test_attacks_are_inert_everywhere(chat, gateway):
    gateway.log.session("ses_1", ATTACKS[0])
    for attack in ATTACKS:
        gateway.log.say("ses_1", attack, {"kind": "agent", "id": attack, "name": attack})
        gateway.log.ask("ses_1", "approval", attack, action={attack: attack})
        options = [{"value": "a", "label": attack}, {"value": "b", "label": "b"}]
        gateway.log.ask("ses_1", "choice", attack, options=options)
    page = await chat("ses_1")
    await expect(page.locator(".card")).to_have_count(2 * len(ATTACKS))
    assert await page.evaluate(COUNT_MADE) == 0
    links = await page.evaluate("[...document.querySelectorAll('.talk a')].map((a) => a.href)")
    assert all(link.startswith("https://example.com") for link in links)


async def test_attacks_are_inert_in_the_console(console, gateway):
    gateway.log.session("ses_1", ATTACKS[0])
    gateway.agents = [
        {"id": attack, "name": attack, "webhook_url": attack, "created_at": "2026-11-23T09:00:00Z"}
        for attack in ATTACKS
    ]
    for number, attack in enumerate(ATTACKS):
        gateway.log.ask("ses_1", "approval", attack, action={attack: attack})
        hostile = delivery(number, "dead", explanation=attack, session_id=attack, user_id=attack)
        hostile["attempts"][0] |= {"detail": attack, "code": attack, "next_step": attack}
        gateway.deliveries.append(hostile)
        connection = {"connection_id": attack, "display_name": attack, "last_error": attack}
        gateway.channels[1]["connections"].append(
            gateway.channels[1]["connections"][0] | connection
        )
    gateway.channels[1]["detail"] = ATTACKS[1]
    page = await console()
    for view, shown in SHOWN_IN_CONSOLE.items():
        await page.goto(f"{gateway.url}/console#/{view}")
        await expect(page.locator(shown).nth(len(ATTACKS) - 1)).to_be_visible()
        assert await page.evaluate(COUNT_MADE) == 0
        links = await page.evaluate("[...document.querySelectorAll('a')].map((a) => a.href)")
        ours = (gateway.url, "https://example.com", "mailto:")
        assert [link for link in links if not link.startswith(ours)] == []


async def test_links_may_only_leave_by_known_schemes(open_page):
    page = await open_page("/")
    text = "[a](https://a.example) <mailto:a@b.example> https://c.example."
    html = await page.evaluate(RENDER, text)
    assert html.count("<a ") == 3
    assert html.count('rel="noopener noreferrer nofollow"') == 3
    assert 'href="https://c.example/"' in html
    assert html.endswith("</a>.</p>")


async def test_the_markdown_subset(open_page):
    page = await open_page("/")
    assert {text: await page.evaluate(RENDER, text) for text in MARKDOWN} == MARKDOWN


async def test_hostile_markdown_costs_little_time(open_page):
    page = await open_page("/")
    took = {u: await page.evaluate(TIME_OF, (u * 40_000)[:40_000]) for u in UNITS}
    assert {unit: ms for unit, ms in took.items() if ms > 3000} == {}
