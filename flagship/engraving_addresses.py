"""Addresses of the storefront around an engraving: a second pair of eyes, and a person who decides about a word."""

from django.urls import path

from catalog import second_look_views as looks
from catalog import word_appeals
from checkout import second_look_views as asking

urlpatterns = [
    path("pieces/<slug:slug>/engrave/ask/", word_appeals.ask, name="engraving-appeal"),
    path("engraving/<str:token>/", word_appeals.decided, name="word-appeal-decided"),
    path("looks/<str:token>/", looks.opened, name="second-look-link"),
    path("look/<int:pk>/", looks.look, name="second-look"),
    path("look/<int:pk>/proof.svg", looks.on_piece, name="second-look-proof"),
    path("bag/lines/<str:reference>/second-look/", asking.in_bag, name="bag-second-look"),
    path("orders/<str:number>/second-look/<int:line>/", asking.of_order, name="order-second-look"),
]
