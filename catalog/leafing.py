"""Pages of a list, and addresses that keep what was asked."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext, gettext_noop

_NO_SUCH_PAGE = gettext_noop("There is no such page. This is page %(number)s of %(total)s.")


def leaf(request: HttpRequest, things: Sequence[Any], size: int) -> dict[str, Any]:
    """What `components/pages.html` accepts: the page an address asks for, its question, and a sentence where there is none.

    A number behind the last shows the last, anything else that is no page the first.
    """
    paginator = Paginator(things, size)
    asked = request.GET.get("page", "")
    note = ""
    try:
        number = paginator.validate_number(asked or 1)
    except PageNotAnInteger:
        number, note = 1, _NO_SUCH_PAGE
    except EmptyPage:
        number, note = max(1, min(int(asked), paginator.num_pages)), _NO_SUCH_PAGE
    return {
        "page": paginator.page(number),
        "query": question(request.GET),
        "page_note": note and gettext(note) % {"number": number, "total": paginator.num_pages},
    }


def question(query: QueryDict, **instead: str) -> str:
    """A question with some of its words in place of others, on its first page; without the fields that were left empty."""
    kept = [(name, value) for name, values in query.lists() if name not in {"page", *instead} for value in values if value]
    return urlencode(kept + [(name, value) for name, value in instead.items() if value])
