"""The tools that measure the house see what they are there to see: each planted fault is found."""

import pytest

from tests.audit import report
from tests.audit.crawling import Answer, Crawl, FewOfEach, kind_of
from tests.audit.reading import read

HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head>'
PAGE = HEAD + "<body><main><h1>A</h1>{}</main></body></html>"


def test_a_page_without_fault_has_none():
    assert read(PAGE.format('<p id="a"><a href="#a">A</a></p><label>B <input name="b"></label>')).faults == []


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("<p><div>block</div></p>", "unexpected-end-tag"),
        ("<p><b>open</p>", "<b> is still open at </p>"),
        ("<section><p>open</section>", "<p> is still open"),
        ("</section>", "closes nothing"),
        ('<p id="a"></p><p id="a"></p>', "the id 'a' stands 2 times"),
        ('<label for="nothing">A</label>', "names nothing"),
        ('<label for="a">A</label><p id="a"></p>', "takes none"),
        ("<label>A</label>", "a label of nothing"),
        ('<p aria-describedby="nothing">A</p>', "names nothing"),
        ("<span><ul><li>A</li></ul></span>", "holds text only"),
        ("<ul><p>A</p></ul>", "<ul> holds <p>"),
        ("<li>A</li>", "<li> stands in <main>"),
        ('<a href="/"><button>A</button></a>', "one thing to press in another"),
        ('<button><input name="a"></button>', "one thing to press in another"),
        ('<img src="/a.png">', "without alt"),
        ('<p style="color: red">A</p>', "code or style in its attribute"),
        ('<p onclick="go()">A</p>', "code or style in its attribute"),
        ("<script>go()</script>", "with its text in the page"),
        ("<h1>Another</h1>", "2 <h1>"),
    ],
)
def test_a_planted_fault_is_found(planted, said):
    assert any(said in fault for fault in read(PAGE.format(planted)).faults)


def crawl(pages: dict[str, str | Answer], **more) -> Crawl:
    def fetch(address: str) -> Answer:
        found = pages.get(address, Answer(404, "text/html"))
        return found if isinstance(found, Answer) else Answer(200, "text/html", PAGE.format(found))

    return Crawl(fetch, "http://house.example", **more).walk(["/"])


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ({"/": '<a href="/away/">A</a>'}, "/away/ answers 404"),
        ({"/": '<a href="b/">A</a>', "/b/": Answer(500, "text/html")}, "/b/ answers 500"),
        ({"/": '<a href="/b/#there">A</a>', "/b/": '<p id="here">A</p>'}, "has no place #there"),
        ({"/": '<a href="/b/">A</a>', "/b/": Answer(302, "", "", "/c/"), "/c/": Answer(302, "", "", "/b/")}, "in a circle"),
        ({"/": '<img alt="" src="https://stranger.example/a.png">'}, "a stranger is asked"),
        (
            {"/": '<a href="/a.css">A</a>', "/a.css": Answer(200, "text/css", "a{b:url(//stranger.example/a)}")},
            "a stranger is asked",
        ),
        ({"/": '<a href="">A</a>'}, "an empty address"),
    ],
)
def test_a_crawl_finds_what_is_dead_circular_missing_or_strange(pages, said):
    assert any(said in fault for fault in crawl(pages).faults)


def test_a_crawl_follows_redirects_and_leaves_letters_and_other_houses_alone():
    found = crawl(
        {
            "/": '<a href="/old/#there">A</a><a href="mailto:a@b.example">B</a><a href="https://other.example/">C</a>',
            "/old/": Answer(301, "", "", "/new/"),
            "/new/": '<p id="there">A</p>',
        }
    )
    assert found.faults == [] and found.away == {"https://other.example/"} and found.pages() == ["/", "/new/"]


def test_a_bounded_crawl_takes_a_few_of_each_kind():
    links = "".join(f'<a href="/eu/en/pieces/piece-{n}/">A</a>' for n in range(9))
    found = crawl({"/": links} | {f"/eu/en/pieces/piece-{n}/": "" for n in range(9)}, wanted=FewOfEach(kind_of, most=2))
    assert len(found.pages()) == 3


def test_a_missed_time_is_not_judged_on_a_busy_machine_and_what_is_missed_decides_how_the_audit_ends(monkeypatch):
    def row(holds: bool | None) -> report.Row:
        return report.Row("part", "page", "goal", "figure", holds)

    monkeypatch.setattr("os.getloadavg", lambda: (99.0, 0, 0))
    assert report.timed(row(False)).holds is None and report.timed(row(True)).holds is True
    monkeypatch.setattr("os.getloadavg", lambda: (0.5, 0, 0))
    assert report.timed(row(False)).holds is False
    assert [report.verdict([row(True), row(holds)]) for holds in (True, False, None)] == [0, 1, 2]
    assert "✗" in report.table([row(False)]) and not report.steady([10, 21]) and report.steady([10, 20])
