"""Several recipients of one bag: who they are, who receives what, and when.

The page belongs to checkout and comes back to it. What was chosen is kept with every button, so that nothing is lost on the way.
"""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from services.delivery import addresses, promising
from services.delivery.models import SavedAddress
from services.foundation import days
from services.foundation.refusal import Refusal
from services.foundation.regions.roster import all_regions

from . import forms, gift_forms, several
from .basket import bags, contents, recipients
from .basket.models import Basket, Recipient
from .changing import Window
from .refusals import NotSentThere

#: What is typed of a recipient: the address, and the day before which it shall not come.
FIELDS = (*addresses.FIELDS, "on")


def everybody(request: HttpRequest) -> HttpResponse:
    """The recipients of the bag, and for each piece who receives it."""
    bag, found = _bag(request)
    if bag is None or not several.is_offered(found):
        return HttpResponseRedirect(reverse("checkout" if bag else "bag"))
    if request.method != "POST":
        return _page(request, found)
    try:
        return _kept(request, bag, found)
    except Refusal as no:
        messages.error(request, no.sentence())
        return HttpResponseRedirect(reverse("bag"))


def _bag(request: HttpRequest) -> tuple[Basket | None, contents.Contents]:
    bag = bags.of_request(request)
    found = contents.of(bag, region=request.region, now=request.now)
    return (bag if found.items else None), found


def _kept(request: HttpRequest, bag: Basket, found: contents.Contents) -> HttpResponse:
    """Keep who receives what, then do what the button says. Raises BagOrdered."""
    chosen = {
        item.line.line_reference: [int(pk) if several.is_key(pk) else None for pk in request.POST.getlist(name)]
        for item in found.items
        if (name := f"for-{item.line.line_reference}") in request.POST
    }
    recipients.assign(bag, chosen)
    act, _colon, pk = request.POST.get("act", "").partition(":")
    if act == "add":
        return HttpResponseRedirect(reverse("recipient-new"))
    if act == "change" and several.is_key(pk):
        return HttpResponseRedirect(reverse("recipient", args=[pk]))
    if act == "remove" and several.is_key(pk):
        recipients.remove(bag, int(pk))
        return HttpResponseRedirect(reverse("recipients"))
    found = contents.of(bag, region=request.region, now=request.now)
    no = several.read(found, region=request.region, now=request.now).refusal
    if no:
        return _page(request, found, refusal=no.sentence(), status=422)
    Basket.objects.filter(pk=bag.pk).update(details={**bag.details, "delivery": gift_forms.TO_SEVERAL})
    return HttpResponseRedirect(reverse("checkout"))


def _page(request: HttpRequest, found: contents.Contents, *, refusal: str = "", status: int = 200) -> HttpResponse:
    split = several.read(found, region=request.region, now=request.now)
    host_of = {item.wrapping.pk: item for item in found.items if item.wrapping}
    pieces = []
    for item in found.items:
        number = item.line.quantity if recipients.can_be_divided(item.line) else 1
        host = host_of.get(item.wrapping.in_box_of_id) if item.wrapping else None
        pieces.append({"item": item, "times": range(1, number + 1), "number": number, "host": host})
    parcel_of = {parcel.recipient.pk: parcel for parcel in split.parcels}
    context = {
        "split": split,
        "people": [(each, parcel_of.get(each.pk)) for each in recipients.of_bag(found.bag)],
        "pieces": pieces,
        "is_full": len(split.parcels) + len(split.idle) >= recipients.MOST,
        "refusal": refusal,
    }
    return render(request, "checkout/recipients.html", context, status=status)


def new(request: HttpRequest) -> HttpResponse:
    """Write a recipient down."""
    return _one(request, None)


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a recipient anew."""
    bag, _found = _bag(request)
    known = Recipient.objects.filter(bag=bag, pk=pk).first() if bag else None
    if known is None:
        raise Http404
    return _one(request, known)


def _one(request: HttpRequest, known: Recipient | None) -> HttpResponse:
    bag, found = _bag(request)
    if bag is None or not several.is_offered(found):
        return HttpResponseRedirect(reverse("checkout" if bag else "bag"))
    values = _values(request, known)
    if request.POST.get("act") == "use-address":
        kept = next((each for each in _saved(request) if str(each.pk) == request.POST.get("saved", "")), None)
        values |= kept.fields if kept else {}
    if request.POST.get("act") != "keep":
        return _form(request, known, values)
    errors = _problems(request, values)
    if errors:
        return _form(request, known, values, errors=errors, status=422)
    address = {name: values[name].strip() for name in addresses.FIELDS}
    address |= {"mobile": forms.e164(values), "postcode": address["postcode"].upper()}
    try:
        recipients.keep(bag, address, requested_on=days.read(values["on"]), pk=known.pk if known else None)
    except Refusal as no:
        return _form(request, known, values, refusal=no.sentence(), status=409)
    return HttpResponseRedirect(reverse("recipients"))


def _values(request: HttpRequest, known: Recipient | None) -> dict[str, str]:
    """As typed, as kept, or empty in the region's first country; a country that nobody offers becomes that too."""
    if request.method == "POST":
        values = {name: request.POST.get(name, "")[:200] for name in FIELDS}
    elif known:
        values = {**known.fields, "on": known.requested_on.isoformat() if known.requested_on else ""}
    else:
        values = dict.fromkeys(FIELDS, "")
    if values["country"] not in _countries(request):
        values["country"] = request.region.countries[0]
    return values


def _countries(request: HttpRequest) -> list[str]:
    """Every country in which the house is at home: where it cannot send with this order, it says what to do."""
    others = (country for region in all_regions().values() for country in region.countries)
    return list(dict.fromkeys([*recipients.countries(request.region), *others]))


def _saved(request: HttpRequest) -> list[SavedAddress]:
    if not request.user.is_authenticated:
        return []
    return list(SavedAddress.objects.filter(client=request.user.pk))


def _problems(request: HttpRequest, values: dict[str, str]) -> dict[str, str]:
    """What is wrong, by field, as sentences in the active language."""
    found = addresses.problems({name: values[name] for name in addresses.FIELDS})
    if values["country"] not in recipients.countries(request.region):
        found["country"] = NotSentThere(country=values["country"], name=values["name"]).sentence()
    if values["on"].strip():
        try:
            _window(request, values).check(_day(values["on"]))
        except Refusal as no:
            found["on"] = no.sentence()
    return found


def _day(typed: str) -> date | None:
    return days.read(typed.strip())


def _window(request: HttpRequest, values: dict[str, str]) -> Window:
    """The days that can be asked for where nothing has to be made first; checkout looks again, with the pieces."""
    way = promising.way_to(
        region_code=request.region.code,
        zone=request.region.time_zone,
        country=values["country"],
        subdivision=values["subdivision"],
        now=request.now,
    )
    return Window.after(way.promise(bench_days=0, now=request.now).on, way.holidays)


def _form(
    request: HttpRequest,
    known: Recipient | None,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "recipient": known,
        "typed": {"values": values, "errors": errors or {}},
        "countries": _countries(request),
        "kept_addresses": _saved(request),
        "window": _window(request, values),
        "refusal": refusal,
        **addresses.choices(values),
    }
    return render(request, "checkout/recipient.html", context, status=status)
