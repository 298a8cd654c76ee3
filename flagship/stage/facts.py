"""What the home page tells search engines of the house, from its configuration, as schema.org says it (JSON-LD)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from services.foundation.formats import TAGS
from services.foundation.house import house

#: The house is the same one in every region and language.
_HOUSE = "#house"


def of_house(request: HttpRequest) -> list[dict[str, Any]]:
    """The house as an Organization, and this shop as its WebSite with its search."""
    found = house()
    home = settings.SITE_URL + reverse("home")
    return [
        {
            "@type": "Organization",
            "@id": f"{settings.SITE_URL}/{_HOUSE}",
            "name": found.name,
            "alternateName": found.wordmark,
            "slogan": found.tagline,
            "url": f"{settings.SITE_URL}/",
            "logo": settings.SITE_URL + static("house/mark.svg"),
            "contactPoint": {
                "@type": "ContactPoint",
                "contactType": "customer service",
                "telephone": found.adviser_phone,
                "email": found.adviser_email,
                "availableLanguage": [TAGS.get(language, language) for language in found.languages],
            },
        },
        {
            "@type": "WebSite",
            "name": found.name,
            "url": home,
            "inLanguage": TAGS.get(request.language, request.language),
            "publisher": {"@id": f"{settings.SITE_URL}/{_HOUSE}"},
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{settings.SITE_URL}{reverse('search')}?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        },
    ]
