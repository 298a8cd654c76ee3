"""The pages of the storefront, below `/{region}/{language}/` (see `flagship.middleware.RegionMiddleware`)."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
