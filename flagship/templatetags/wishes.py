"""Whether the piece in front is in somebody's wish list: asked only by the page that shows the button."""

from django.template import Library

from flagship.clients import wishing

register = Library()


@register.simple_tag(takes_context=True)
def is_wished(context, variant) -> bool:
    """`{% is_wished chosen as wished %}`: one query, none for a guest without a list."""
    return wishing.holds(wishing.owner_of(context["request"]), variant.pk)
