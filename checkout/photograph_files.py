"""The file of a photograph, for whoever was let through."""

from django.http import FileResponse, Http404

from services.foundation.photographs import TakenPhotograph

from . import photographing


def sent(found: TakenPhotograph, width: int) -> FileResponse:
    """Never cached by others, never found by a search; 404 when it is gone."""
    path = photographing.path_of(found, width)
    if not path.exists():
        raise Http404
    headers = {
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Content-Security-Policy": "default-src 'none'",
    }
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers=headers)
