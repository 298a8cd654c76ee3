"""The addresses of invoices and credit notes: behind their order's own permission, as the receipt is."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from checkout import receipt_views, visits

from . import paper
from .models import Document


def document(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """A document as a PDF, in the language in which it was issued: for its client, its session, or whoever holds its link."""
    order = visits.own_order(request, number)
    if request.GET.get("key"):  # leaves the address bar, as on the order's page
        return HttpResponseRedirect(reverse("order-document", args=[number, name]))
    found = Document.objects.filter(order=order, name=name).select_related("order", "corrects").first()
    if found is None:
        raise Http404
    return receipt_views.paper(request, order, lambda: paper.pdf_of(found), name=found.name)
