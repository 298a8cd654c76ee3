"""Reads a page as strictly as the standard is written: its faults, its links, and the places inside it that links may name.

The parser tells what is wrong in the source text; the rules below tell what a parser accepts and the standard does not.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from justhtml import JustHTML

#: May hold text and what runs along with text, nothing that stands as a block.
ONLY_TEXT = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "button", "label", "strong", "em", "small", "time", "b", "i"}
BLOCKS = {"address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset", "figure", "footer", "form"}
BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"}
INTERACTIVE = {"a", "button", "details", "iframe", "label", "select", "textarea"}
LABELABLE = {"button", "input", "meter", "output", "progress", "select", "textarea"}
PARENTS = {
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "option": {"select", "optgroup", "datalist"},
    "summary": {"details"},
    "legend": {"fieldset"},
    "figcaption": {"figure"},
    "source": {"picture", "audio", "video"},
    "tr": {"thead", "tbody", "tfoot", "table"},
}
CHILDREN = {
    "ul": {"li", "script", "template"},
    "ol": {"li", "script", "template"},
    "dl": {"dt", "dd", "div", "script", "template"},
    "select": {"option", "optgroup", "hr"},
    "picture": {"source", "img"},
}
#: Attributes that name elements by their ids.
NAMES = ("for", "form", "list", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details")
#: What a browser fetches by itself, as against a link that a person follows.
FETCHED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "video": "src", "audio": "src", "input": "src"}
FETCHED_RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon", "prefetch"}


@dataclass
class Page:
    """What one page holds."""

    faults: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)


class Tags(HTMLParser):
    """Every element closed in its turn. The standard lets some stay open; we let none: a parser mends it in silence."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    @classmethod
    def out_of_order(cls, text: str) -> list[str]:
        reader = cls()
        reader.feed(text)
        reader.close()
        return reader.faults + [f"<{tag}> is never closed" for tag in reader.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<path/>` of a drawing closes itself."""

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag in self.open:
            self.faults.append(f"line {self.getpos()[0]}: <{self.open[-1]}> is still open at </{tag}>")
            while self.open.pop() != tag:
                pass
        else:
            self.faults.append(f"line {self.getpos()[0]}: </{tag}> closes nothing")


def read(text: str) -> Page:
    """A page's faults and addresses, as they are written."""
    document = JustHTML(text, sanitize=False, collect_errors=True)
    page = Page(faults=[f"line {fault.line}: {fault.code}" for fault in document.errors] + Tags.out_of_order(text))
    elements = list(_elements(document.root))
    named = Counter(value for node in elements if (value := _attribute(node, "id")) is not None)
    page.ids = set(named)
    page.faults += [f"the id {name!r} stands {times} times" for name, times in named.items() if times > 1]
    page.faults += [f"an id that cannot be one: {name!r}" for name in named if not name or " " in name]
    by_id = {_attribute(node, "id"): node for node in elements}
    for node in elements:
        page.faults += _faults_of(node, by_id)
        _collect(node, page)
    page.faults += _faults_of_the_whole(elements)
    return page


def _elements(node) -> Iterator:
    for child in node.children or ():
        if not child.name.startswith(("#", "!")):
            yield child
            yield from _elements(child)
    content = getattr(node, "template_content", None)
    if content is not None:
        yield from _elements(content)


def _attribute(node, name: str) -> str | None:
    """None when it is not there; empty when it has no value."""
    attributes = node.attrs or {}
    return (attributes[name] or "") if name in attributes else None


def _ancestors(node) -> Iterator:
    while (node := node.parent) is not None:
        yield node


def _faults_of(node, by_id: dict) -> Iterator[str]:
    tag, parent = node.name, node.parent.name
    if node.namespace not in (None, "html"):
        return  # a drawing has rules of its own
    above = [up.name for up in _ancestors(node)]
    if tag in BLOCKS and parent in ONLY_TEXT and not (parent == "summary" and tag.startswith("h")):
        yield f"<{tag}> stands in <{parent}>, which holds text only"
    if tag in PARENTS and parent not in PARENTS[tag]:
        yield f"<{tag}> stands in <{parent}>"
    if parent in CHILDREN and tag not in CHILDREN[parent]:
        yield f"<{parent}> holds <{tag}>"
    can_be_pressed = (
        (tag in INTERACTIVE and (tag != "a" or _attribute(node, "href") is not None))
        or (tag == "input" and _attribute(node, "type") != "hidden")
        or _attribute(node, "tabindex") is not None
    )
    for pressed in {"a", "button"} & set(above):
        if can_be_pressed:
            yield f"<{tag}> stands in <{pressed}>: one thing to press in another"
    if tag == "main" and set(above) & {"article", "aside", "footer", "header", "nav"}:
        yield "<main> stands in another part of the page"
    if tag == "img" and _attribute(node, "alt") is None:
        yield f"a picture without alt: {_attribute(node, 'src')}"
    if tag == "img" and _attribute(node, "src") is None:
        yield "a picture without src"
    for attribute in node.attrs or {}:
        if attribute == "style" or attribute.startswith("on"):
            yield f"<{tag}> has code or style in its attribute {attribute!r}"
    if tag == "style" or (tag == "script" and _attribute(node, "src") is None and not _is_data(node)):
        yield f"<{tag}> with its text in the page"
    for attribute in NAMES:
        for name in (_attribute(node, attribute) or "").split():
            if name not in by_id:
                yield f"<{tag} {attribute}={name!r}> names nothing on the page"
            elif attribute == "for" and tag == "label" and by_id[name].name not in LABELABLE:
                yield f"a label for <{by_id[name].name}>, which takes none"
    if tag == "label" and _attribute(node, "for") is None and not any(n.name in LABELABLE for n in _elements(node)):
        yield "a label of nothing"
    if tag == "time" and _attribute(node, "datetime") == "":
        yield "<time> with an empty datetime"


def _is_data(node) -> bool:
    return (_attribute(node, "type") or "") in {"application/json", "application/ld+json", "speculationrules"}


def _faults_of_the_whole(elements: list) -> Iterator[str]:
    tags = Counter(node.name for node in elements)
    root = next((node for node in elements if node.name == "html"), None)
    if root is None or not _attribute(root, "lang"):
        yield "the page does not say its language"
    titles = [n for n in elements if n.name == "title" and n.parent.name == "head"]
    if len(titles) != 1 or not titles[0].to_text().strip():
        yield "the page has no title, or two"
    for tag in ("main", "h1"):
        if tags[tag] != 1:
            yield f"the page has {tags[tag]} <{tag}>"


def _collect(node, page: Page) -> None:
    tag = node.name
    if tag in ("a", "area") and (there := _attribute(node, "href")) is not None:
        page.links.append(there)
    if tag == "link":
        relations = set((_attribute(node, "rel") or "").lower().split())
        there = _attribute(node, "href")
        if there is not None or _attribute(node, "imagesrcset") is None:
            (page.fetched if relations & FETCHED_RELATIONS else page.links).append(there or "")
    if tag == "form" and (_attribute(node, "method") or "get").lower() == "get" and (there := _attribute(node, "action")):
        page.links.append(there)
    if tag == "meta" and (_attribute(node, "property") or "") in ("og:image", "og:url"):
        page.links.append(_attribute(node, "content") or "")
    if tag in FETCHED and (there := _attribute(node, FETCHED[tag])) is not None:
        page.fetched.append(there)
    for attribute in ("srcset", "imagesrcset"):
        for candidate in (_attribute(node, attribute) or "").split(","):
            if candidate.strip():
                page.fetched.append(candidate.split()[0])
