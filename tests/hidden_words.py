"""Looks through sources for words that no translator will ever see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

CALLS = {
    "_", "_l", "gettext", "ngettext", "pgettext", "npgettext",
    "lazy_gettext", "lazy_ngettext", "lazy_pgettext", "lazy_npgettext",
}  # fmt: skip
WITH_CONTEXT = {"pgettext", "npgettext", "lazy_pgettext", "lazy_npgettext"}
WORD = re.compile(r"[^\W\d_]{2,}")
# What is called the same in every language.
NAMES = {"heard", "back", "heardback", "english", "deutsch"}
# These parts of templates stand inside a tag.
IN_TAGS = {("block", "main_class"), ("macro", "attributes"), ("macro", "described")}
SHOWN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}
# A text in an expression that reads as words, not as a name, a class or a path.
PROSE = re.compile(r"[A-Z][a-z]+|.*[^\W\d_]{2,}[.,:;]? (?!.*(--|=))[^\W\d_]{2,}.*", re.DOTALL)
JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def hidden_in_code(path: Path) -> Iterator[str]:
    """Calls whose words no extractor finds: inside an f-string, or not written out."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask_babel"
        for alias in node.names
    } & CALLS
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in imported and (id(node) in inside or not _is_written_out(name, node.args)):
                yield f"{path.name}:{node.lineno}"


def _is_written_out(name: str, arguments: list[ast.expr]) -> bool:
    is_plural = name.removeprefix("lazy_").startswith("n")
    texts = arguments[: 1 + is_plural + (name in WITH_CONTEXT)]
    return bool(texts) and all(
        isinstance(one, ast.Constant) and isinstance(one.value, str) for one in texts
    )


def hidden_in_template(path: Path) -> Iterator[str]:
    """Calls whose first argument is no plain text."""
    for call in JINJA.parse(path.read_text("utf-8")).find_all(nodes.Call):
        name = getattr(call.node, "name", None)
        if name in CALLS and not (call.args and isinstance(call.args[0], nodes.Const)):
            yield f"{path.name}:{call.lineno}"


class Page(HTMLParser):
    """Collects what a page shows by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes that are shown or read out."""
        self.shown += [value or "" for name, value in attrs if name in SHOWN_ATTRIBUTES]
        self.is_code = self.is_code or tag == "code"

    def handle_endtag(self, tag: str) -> None:
        """Listen again behind what is the same in every language."""
        self.is_code = self.is_code and tag != "code"

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not self.is_code:
            self.shown.append(data)


def raw_text(path: Path) -> Iterator[str]:
    """Words in the HTML of a template that no call translates."""
    page = Page()
    page.feed("".join(html_of(path)))
    page.close()
    for text in page.shown:
        if {word.lower() for word in WORD.findall(text)} - NAMES:
            yield f"{path.name}: {text.strip()}"


def html_of(path: Path) -> Iterator[str]:
    """A template without its Jinja parts, what `trans` translates and what stands in a tag."""
    words: list[str] = []
    end = ""  # of the part that is passed over
    for _line, kind, value in JINJA.lex(path.read_text("utf-8")):
        if kind == "block_begin":
            words = []
        elif kind == "name":
            words.append(value)
        elif kind == "block_end" and words:
            if words[0] == "trans" or tuple(words[:2]) in IN_TAGS:
                end = f"end{words[0]}"
            elif words[0] == end:
                end = ""
        elif kind == "data" and not end:
            yield value


def raw_expressions(path: Path) -> Iterator[str]:
    """Texts in expressions that read as words and that no call translates."""
    tree = JINJA.parse(path.read_text("utf-8"))
    translated = {
        id(part)
        for call in tree.find_all(nodes.Call)
        if getattr(call.node, "name", None) in CALLS
        for part in call.find_all(nodes.Const)
    }
    for text in tree.find_all(nodes.Const):
        if id(text) in translated or not isinstance(text.value, str):
            continue
        if text.value.lower() not in NAMES and PROSE.fullmatch(text.value.strip()):
            yield f"{path.name}:{text.lineno}: {text.value}"
