"""Follows every link of the house and keeps what is wrong: dead ends, circles, names of places that are not there, strangers.

How a page is fetched is the caller's matter: the tests ask Django in their own process, `make audit` asks the open house.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.audit import reading

MOST_REDIRECTS = 5
ELSEWHERE = ("mailto:", "tel:", "data:", "blob:")


@dataclass(frozen=True)
class Answer:
    """What came back for one address; redirects are not followed."""

    status: int
    kind: str
    text: str = ""
    location: str = ""


Fetch = Callable[[str], Answer]


@dataclass
class Crawl:
    """One walk through the house, by one visitor."""

    fetch: Fetch
    site: str
    #: Says whether an address is worth fetching; the whole house when it says yes to all.
    wanted: Callable[[str], bool] = lambda _address: True
    keep: Callable[[str, str], None] = lambda _address, _text: None
    answers: dict[str, Answer] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    named: list[tuple[str, str, str]] = field(default_factory=list)
    _waiting: deque[tuple[str, str]] = field(default_factory=deque)
    _passed_over: set[str] = field(default_factory=set)

    def walk(self, starts: Iterable[str]) -> "Crawl":
        """Everything that links lead to from these addresses."""
        for start in starts:
            self._note(start, start, "")
        while self._waiting:
            self._visit(*self._waiting.popleft())
        for page, place, source in self.named:
            page = self._after_redirects(page)
            if page in self.ids and place not in self.ids[page]:
                self.faults.append(f"{source}: {page} has no place #{place}")
        return self

    def pages(self) -> list[str]:
        return list(self.ids)

    def _note(self, written: str, source: str, base: str, fetched: bool = False) -> None:
        """Take up an address as it is written on a page."""
        if written.startswith(ELSEWHERE) or not written:
            if not written and base:
                self.faults.append(f"{source}: an empty address")
            return
        whole = urljoin(self.site + base, written)
        if not whole.startswith(self.site + "/"):
            if fetched:
                self.faults.append(f"{source}: a stranger is asked, {whole}")
            self.away.add(whole)
            return
        address, place = urldefrag(whole.removeprefix(self.site))
        if place and place != "top":
            self.named.append((address, place, source))
        if address in self.answers or address in self._passed_over:
            return
        if self.wanted(address):
            self.answers[address] = Answer(0, "")
            self._waiting.append((address, source))
        else:
            self._passed_over.add(address)

    def _visit(self, address: str, source: str) -> None:
        answer = self.answers[address] = self.fetch(address)
        if answer.status >= 400:
            self.faults.append(f"{source}: {address} answers {answer.status}")
        elif 300 <= answer.status < 400:
            self._note(answer.location, source, address)
            self._refuse_circles(address, source)
        elif answer.kind == "text/html":
            self._read(address, answer.text)
        elif answer.kind == "text/css":
            for written in re.findall(r"""url\(\s*["']?([^"')]+)""", answer.text):
                self._note(written, address, address, fetched=True)

    def _read(self, address: str, text: str) -> None:
        self.keep(address, text)
        page = reading.read(text)
        self.ids[address] = page.ids
        self.faults += [f"{address}: {fault}" for fault in page.faults]
        for written in page.links:
            self._note(written, address, address)
        for written in page.fetched:
            self._note(written, address, address, fetched=True)

    def _after_redirects(self, address: str) -> str:
        for _hop in range(MOST_REDIRECTS):
            answer = self.answers.get(address)
            if answer is None or not answer.location:
                break
            address = urldefrag(urljoin(self.site + address, answer.location).removeprefix(self.site))[0]
        return address

    def _refuse_circles(self, address: str, source: str) -> None:
        """A chain of redirects ends within a few steps; the last hop of a circle is where it is seen."""
        seen, there = {address}, address
        while (answer := self.answers.get(there)) is not None and answer.location:
            there = urldefrag(urljoin(self.site + there, answer.location).removeprefix(self.site))[0]
            if there in seen or len(seen) > MOST_REDIRECTS:
                self.faults.append(f"{source}: {address} is sent round in a circle")
                return
            seen.add(there)


class FewOfEach:
    """Wants a few addresses of each kind: the same page of another piece is the same template."""

    def __init__(self, kind: Callable[[str], object], most: int):
        self.kind, self.most = kind, most
        self.count: Counter[object] = Counter()

    def __call__(self, address: str) -> bool:
        kind = self.kind(address)
        self.count[kind] += 1
        return self.count[kind] <= self.most


def kind_of(address: str) -> tuple[str, ...]:
    """Place, the address with its own names left out, and whether it asks something: what makes two pages one template."""
    parts = urlsplit(address)
    _root, first, *rest = parts.path.split("/")
    if first in ("static", "media"):
        return (first, parts.path.rsplit(".", 1)[-1])
    language, *steps = rest or [""]
    if steps and steps[0] in ("account", "about"):
        shape = steps  # each is a page of its own
    else:
        shape = ["*" if n == 1 and step else step for n, step in enumerate(steps)]
    return (first, language, "/".join(shape), "?" if parts.query else "")


def asked_of(address: str) -> tuple[str, ...]:
    """The whole path, and the names of what is asked there: a finder's answers are without number, its pages are not."""
    parts = urlsplit(address)
    return (parts.path, *sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair}))
