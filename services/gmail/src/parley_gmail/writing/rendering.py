"""Templates to text and HTML; values are escaped, never compiled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import css_inline
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.loaders import BaseLoader
from markupsafe import Markup

from parley_gmail.writing.markdown import to_html
from parley_gmail.writing.plain_text import to_text


@dataclass(frozen=True)
class Rendered:
    """The two bodies of a mail."""

    text: str
    html: str


class Renderer:
    """Renders the templates of this package, or an operator's of the same name.

    Args:
        template_dir: Where the operator's templates are; any file there wins over ours.
    """

    def __init__(self, template_dir: Path | None = None) -> None:
        loaders: list[BaseLoader] = [PackageLoader("parley_gmail.writing")]
        if template_dir is not None:
            loaders.insert(0, FileSystemLoader(template_dir))
        self._environment = Environment(
            loader=ChoiceLoader(loaders),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["plain"] = to_text
        self._environment.filters["markdown"] = lambda text: Markup(to_html(text))  # noqa: S704  # sanitised
        self._inliner = css_inline.CSSInliner(
            keep_style_tags=False, load_remote_stylesheets=False, keep_at_rules=True
        )

    def check(self, samples: Iterable[tuple[str, dict[str, object]]]) -> None:
        """Renders samples, so that a template which cannot work is found before a mail needs it.

        Raises:
            ValueError: Names the template, and says what is wrong with it.
        """
        for template, view in samples:
            try:
                self.render(template, view)
            except TemplateSyntaxError as error:
                where = f"{error.name}, line {error.lineno}"
                raise ValueError(f"GMAIL_TEMPLATE_DIR: {where}: {error.message}") from error
            except Exception as error:  # an operator's template may fail in any way
                raise ValueError(f"GMAIL_TEMPLATE_DIR: {template}: {error}") from error

    def render(self, template: str, view: dict[str, object]) -> Rendered:
        """Both bodies; styles are inlined, because many mail clients drop style sheets."""
        html = self._environment.get_template(f"{template}.html").render(view)
        text = self._environment.get_template(f"{template}.txt").render(view)
        return Rendered(text.strip() + "\n", self._inliner.inline(html))
