"""The pages of the storefront, below `/{region}/{language}/` (see `flagship.middleware.RegionMiddleware`)."""

from django.urls import include, path

from catalog import finder_views, panels, search_views
from catalog import views as catalog
from checkout import change_views as changes
from checkout import plan_views as plans
from checkout import receipt_views
from checkout import recipient_views as recipients
from checkout import recovery_views as recovery
from checkout import views as checkout
from checkout.basket import panels as bag_panels
from checkout.basket import views as basket
from checkout.invoicing import fapiao_views
from checkout.invoicing import views as documents
from checkout.packing import passports
from checkout.paylinks import views as pay_links
from checkout.transfers import proforma
from flagship import engraving_addresses
from flagship.clients import account, doors, privacy, wishes
from flagship.clients import views as clients
from flagship.stage import previewing
from flagship.stage import views as stage

urlpatterns = [
    path("", stage.home, name="home"),
    path("pieces/", catalog.listing, name="listing"),
    path("pieces/<slug:slug>/", catalog.piece, name="piece"),
    path("pieces/<slug:slug>/engrave/", panels.engrave, name="engraving-panel"),
    path("pieces/<slug:slug>/engrave/preview.svg", panels.preview, name="engraving-preview"),
    path("engraving/faces/<slug:code>.svg", panels.face_specimen, name="face-specimen"),
    path("engraving/hanzi/<slug:code>/<str:version>.json", panels.hanzi_letters, name="hanzi-letters"),
    path("engraving/signs/<slug:code>.svg", panels.sign, name="engraving-sign"),
    path("pieces/<slug:slug>/gift/", panels.gift, name="gift-panel"),
    path("card.svg", panels.card_preview, name="card-preview"),
    path("proofs/<str:sha256>.svg", panels.stored_proof, name="proof"),
    path("collections/<slug:slug>/", catalog.collection, name="collection"),
    path("search/", search_views.search, name="search"),
    path("search/suggest/", search_views.suggest, name="search-suggest"),
    path("gifts/", finder_views.gifts, name="gifts"),
    path("launches/<slug:slug>/", stage.launch, name="launch"),
    path("bag/", basket.bag, name="bag"),
    path("bag/add/", basket.add, name="bag-add"),
    path("bag/lines/<str:reference>/", basket.line, name="bag-line"),
    path("bag/lines/<str:reference>/engrave/", bag_panels.engrave, name="bag-engraving"),
    path("bag/lines/<str:reference>/gift/", bag_panels.gift, name="bag-gift"),
    path("for-you/<str:secret>/", pay_links.page, name="pay-link"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/recipients/", recipients.everybody, name="recipients"),
    path("checkout/recipients/new/", recipients.new, name="recipient-new"),
    path("checkout/recipients/<int:pk>/", recipients.one, name="recipient"),
    path("orders/<str:number>/", checkout.order, name="order"),
    path("orders/<str:number>/receipt.pdf", receipt_views.receipt, name="order-receipt"),
    path("orders/<str:number>/documents/<str:name>.pdf", documents.document, name="order-document"),
    path("orders/<str:number>/fapiao/", fapiao_views.details, name="order-fapiao"),
    path("orders/<str:number>/photographs/<uuid:key>.jpg", passports.photograph, name="order-photograph"),
    path("orders/<str:number>/pro-forma.pdf", proforma.paper, name="order-pro-forma"),
    path("orders/<str:number>/return/", checkout.returned, name="order-return"),
    path("orders/<str:number>/plan/", plans.plan, name="order-plan"),
    path("orders/<str:number>/plan/card/", plans.card, name="order-card"),
    path("orders/<str:number>/plan/card/return/", plans.card_returned, name="order-card-return"),
    path("orders/<str:number>/plan/statement.pdf", plans.statement, name="order-statement"),
    path("owed/<int:pk>/", recovery.owed, name="owed"),
    path("owed/by/<str:token>/", recovery.opened, name="owed-link"),
    path("paid/<str:token>/", recovery.returned, name="part-return"),
    path("orders/<str:number>/pay/", checkout.pay, name="order-pay"),
    path("orders/<str:number>/pay/part/", checkout.pay_part, name="order-pay-part"),
    path("orders/<str:number>/confirm-card/", checkout.confirm_card, name="order-confirm-card"),
    path("orders/<str:number>/cancel/", checkout.cancel, name="order-cancel"),
    path("orders/<str:number>/change/address/", changes.address, name="order-change-address"),
    path("orders/<str:number>/change/day/", changes.day, name="order-change-day"),
    path("orders/<str:number>/change/gift/<int:line>/", changes.gift, name="order-change-gift"),
    path("orders/<str:number>/change/size/<int:line>/", changes.size, name="order-size"),
    path(
        "orders/<str:number>/change/size/<int:line>/<int:variant>/of/<slug:shown>/", changes.size_panel, name="order-size-panel"
    ),
    *engraving_addresses.urlpatterns,
    path("", include("checkout.gift_routes")),
    path("sign-in/", clients.sign_in, name="sign-in"),
    path("sign-in/code/", clients.code, name="sign-in-code"),
    path("sign-out/", clients.sign_out, name="sign-out"),
    path("wishes/", wishes.wishes, name="wishes"),
    path("wishes/keep/", wishes.wish, name="wish"),
    path("wishes/put-back/", wishes.put_back, name="wish-put-back"),
    path("wishes/<int:pk>/take-off/", wishes.take_off, name="wish-take-off"),
    path("account/", account.overview, name="account"),
    path("account/orders/", account.orders, name="account-orders"),
    path("account/addresses/", account.addresses, name="account-addresses"),
    path("account/addresses/new/", account.new_address, name="account-address-new"),
    path("account/addresses/<int:pk>/", account.address, name="account-address"),
    path("account/addresses/<int:pk>/first/", account.first_address, name="account-address-first"),
    path("account/addresses/<int:pk>/remove/", account.remove_address, name="account-address-remove"),
    path("account/sizes/", account.sizes, name="account-sizes"),
    path("account/sizes/<int:pk>/remove/", account.remove_size, name="account-size-remove"),
    path("account/wishes/", doors.signed_in(wishes.wishes), name="account-wishes"),
    path("account/plans/", account.plans, name="account-plans"),
    path("account/contact/", privacy.contact, name="account-contact"),
    path("account/contact/code/", privacy.contact_code, name="account-contact-code"),
    path("account/privacy/", privacy.privacy, name="account-privacy"),
    path("account/privacy/data/", privacy.data, name="account-data"),
    path("account/privacy/erase/", privacy.erase, name="account-erase"),
    path("boutiques/", stage.boutiques, name="boutiques"),
    path("about/<slug:slug>/", stage.page, name="page"),
    path("preview/leave/", previewing.leave, name="preview-leave"),
]
handler400 = "flagship.stage.views.unreadable"
handler403 = "flagship.stage.views.not_allowed"
handler404 = "flagship.stage.views.not_found"
handler500 = "flagship.stage.views.went_wrong"
