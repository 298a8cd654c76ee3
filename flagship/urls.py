"""Everything that stands outside a region: staff, provider, health, and the door that leads visitors to theirs."""

from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import path, re_path
from django.views.generic import RedirectView
from django.views.static import serve

from catalog.panels import stored_proof
from checkout import arrears_views as arrears
from checkout import bench_views as bench
from checkout import sizer_views as sizers
from checkout.desk import views as payments
from checkout.packing import views as packing
from checkout.paylinks import staff_views as pay_links
from checkout.transfers import views as transfers
from checkout.views import webhook
from flagship import health
from flagship.stage import sitemap
from flagship.stage import views as stage

urlpatterns = [
    path("", stage.door, name="door"),
    path("favicon.ico", lambda request: RedirectView.as_view(url=static("house/mark.svg"))(request)),
    path("staff/proofs/<str:sha256>.svg", admin.site.admin_view(stored_proof), name="staff-proof"),
    path("staff/bench/", bench.queue, name="bench"),
    path("staff/bench/scan/", bench.scan, name="bench-scan"),
    path("staff/bench/cards.pdf", bench.cards, name="bench-cards"),
    path("staff/bench/photos/<int:pk>.jpg", bench.photo, name="bench-photo"),
    path("staff/bench/<int:pk>/", bench.job, name="bench-job"),
    path("staff/bench/<int:pk>/card.pdf", bench.card, name="bench-card"),
    path("staff/bench/<int:pk>/proof.svg", bench.machine_file, {"kind": "svg"}, name="bench-svg"),
    path("staff/bench/<int:pk>/proof.dxf", bench.machine_file, {"kind": "dxf"}, name="bench-dxf"),
    path("staff/bench/<int:pk>/<slug:act>/", bench.act, name="bench-act"),
    path("staff/sizers/", sizers.page, name="sizers"),
    path("staff/sizers/scan/", sizers.scan, name="sizer-scan"),
    path("staff/sizers/<int:pk>/again/", sizers.again, name="sizer-again"),
    path("staff/sizers/<int:pk>/label.pdf", sizers.label, name="sizer-label"),
    path("staff/pay-links/", pay_links.page, name="pay-links"),
    path("staff/pay-links/new/", pay_links.new, name="pay-link-new"),
    path("staff/pay-links/<int:pk>/cancel/", pay_links.cancel, name="pay-link-cancel"),
    path("staff/transfers/", transfers.desk, name="transfers"),
    path("staff/transfers/read-in/", transfers.read_in, name="transfer-read-in"),
    path("staff/transfers/over/<int:pk>/", transfers.decide, name="transfer-decide"),
    path("staff/transfers/back/<int:pk>/", transfers.end, name="transfer-end"),
    path("staff/transfers/<int:pk>/", transfers.line, name="transfer-line"),
    path("staff/transfers/<int:pk>/assign/", transfers.assign, name="transfer-assign"),
    path("staff/transfers/<int:pk>/aside/", transfers.aside, name="transfer-aside"),
    path("staff/transfers/<int:pk>/undo/<int:assignment>/", transfers.undo, name="transfer-undo"),
    path("staff/arrears/", arrears.waiting, name="arrears"),
    path("staff/arrears/<int:pk>/", arrears.plan, name="arrears-plan"),
    path("staff/packing/", admin.site.admin_view(packing.jobs), name="packing"),
    *(
        re_path(rf"^staff/packing/(?P<number>[0-9A-Z-]{{1,40}})/{rest}$", admin.site.admin_view(view), name=name)
        for rest, view, name in (
            ("", packing.parcel, "packing-parcel"),
            (r"slip\.pdf", packing.slip, "packing-slip"),
            (r"label\.pdf", packing.label, "packing-label"),
            (r"cards/(?P<line>[0-9]{1,18})\.pdf", packing.card, "packing-card"),
            (r"cards/(?P<line>[0-9]{1,18})\.svg", packing.card_face, "packing-card-face"),
            (r"(?P<key>[0-9a-f-]{36})\.jpg", packing.photograph, "packing-photograph"),
        )
    ),
    path("staff/payments/", admin.site.admin_view(payments.desk), name="payments-desk"),
    path("staff/payments/expected/", admin.site.admin_view(payments.forecast), name="money-forecast"),
    path("staff/payments/expected.csv", admin.site.admin_view(payments.forecast_csv), name="money-forecast-csv"),
    path("staff/payments/orders/<str:number>/", admin.site.admin_view(payments.money), name="order-money"),
    path("staff/", admin.site.urls),
    path("provider/webhook", webhook, name="webhook"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]
if settings.DEMO:  # a real deployment's proxy serves media itself
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}))
handler400 = "flagship.stage.views.unreadable"
handler403 = "flagship.stage.views.not_allowed"
handler404 = "flagship.stage.views.not_found"
handler500 = "flagship.stage.views.went_wrong"
