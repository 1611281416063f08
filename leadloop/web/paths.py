"""Parts of addresses: `<number:lead_id>` is an id that fits into a database, so that longer ones are a plain 404."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class Number(IntConverter):
    """Up to eighteen digits: below 2 to the 63rd."""

    regex = "[0-9]{1,18}"


register_converter(Number, "number")
