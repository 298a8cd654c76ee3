"""The photographs with which a box left the house, for those who may see its order."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from checkout import visits
from checkout.photograph_files import sent

from .bench import passport
from .models import Photograph


def photograph(request: HttpRequest, number: str, key: UUID) -> FileResponse:
    """One photograph of the visitor's own order, once it is packed. Else 404."""
    order = visits.own_order(request, number)
    if passport(order) is None:
        raise Http404
    return sent(get_object_or_404(Photograph, key=key, order=order, is_ready=True), 1600 if "large" in request.GET else 800)
