"""Addresses of the storefront around an engraving: on the lid of a box, changed on an order, seen by a second pair of eyes,
and decided about by a person where a word rule refuses.
"""

from django.urls import path

from catalog import lid_panels, word_appeals
from catalog import second_look_views as looks
from checkout import engraving_views as changes
from checkout import second_look_views as asking
from checkout.basket import panels as bag_panels
from services.engraving.surfaces import LID

ON_LID = {"surface": LID}

urlpatterns = [
    path("pieces/<slug:slug>/lid/", lid_panels.lid, name="lid-panel"),
    path("boxes/<slug:code>/lid.svg", lid_panels.picture, name="lid-picture"),
    path("boxes/<slug:code>/preview.svg", lid_panels.preview, name="lid-preview"),
    path("bag/lines/<str:reference>/lid/", bag_panels.lid, name="bag-lid"),
    path("bag/lines/<str:reference>/lid/second-look/", asking.in_bag, ON_LID, name="bag-lid-second-look"),
    path("orders/<str:number>/change/engraving/<int:line>/", changes.engraving, name="order-change-engraving"),
    path("orders/<str:number>/change/engraving/<int:line>/of/<slug:shown>/", changes.engraving, name="order-engraving-panel"),
    path("orders/<str:number>/change/engraving/<int:line>/off/", changes.engraving_off, name="order-withdraw-engraving"),
    path("orders/<str:number>/change/lid/<int:line>/", changes.engraving, ON_LID, name="order-change-lid"),
    path("orders/<str:number>/change/lid/<int:line>/of/<slug:shown>/", changes.engraving, ON_LID, name="order-lid-panel"),
    path("orders/<str:number>/change/lid/<int:line>/off/", changes.engraving_off, ON_LID, name="order-withdraw-lid"),
    path("orders/<str:number>/lid/<int:line>/second-look/", asking.of_order, ON_LID, name="order-lid-second-look"),
    path("pieces/<slug:slug>/engrave/ask/", word_appeals.ask, name="engraving-appeal"),
    path("engraving/<str:token>/", word_appeals.decided, name="word-appeal-decided"),
    path("looks/<str:token>/", looks.opened, name="second-look-link"),
    path("look/<int:pk>/", looks.look, name="second-look"),
    path("look/<int:pk>/proof.svg", looks.on_piece, name="second-look-proof"),
    path("bag/lines/<str:reference>/second-look/", asking.in_bag, name="bag-second-look"),
    path("orders/<str:number>/second-look/<int:line>/", asking.of_order, name="order-second-look"),
]
