"""What a browser sends back from an admin page."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.test import Client

from apps.scenarios.admin.facts import FactsWidget, digest_of


def submit(client: Client, url: str, **changes: Any) -> Any:
    """Open a form and send it as a browser does, with these values typed over its own; the answer after redirects."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    return client.post(url, {**filled_in(page), **changes}, follow=True)


def filled_in(page: Any) -> dict[str, Any]:
    """The form's values as the page shows them, with what browsers do to line ends."""
    return dict(_all_sent(_forms_of(page)))


def errors_of(page: Any) -> str:
    """Every message of a form that was refused."""
    return " ".join(
        str(message) for form in _forms_of(page) for messages in form.errors.values() for message in messages
    )


def _forms_of(page: Any) -> Iterator[forms.BaseForm]:
    yield page.context["adminform"].form if "adminform" in page.context else page.context["form"]
    for inline in page.context.get("inline_admin_formsets", []):
        yield inline.formset.management_form
        yield from inline.formset.forms


def _all_sent(forms_shown: Iterable[forms.BaseForm]) -> Iterator[tuple[str, Any]]:
    for form in forms_shown:
        for bound in form:
            if isinstance(bound.field.widget, FactsWidget):
                rows = bound.field.widget.formset(bound.html_name, bound.value())
                yield f"{rows.prefix}-read_from", digest_of(rows.sheet)
                yield from _all_sent([rows.management_form, *rows])
            else:
                yield from ((name, value) for name, value in _sent(bound) if value is not None)


def _sent(bound: forms.BoundField) -> Iterator[tuple[str, Any]]:
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        yield bound.html_name, "on" if value else None
    elif isinstance(widget, (forms.SelectMultiple, forms.CheckboxSelectMultiple)):
        yield bound.html_name, [getattr(one, "pk", one) for one in value or []]
    elif isinstance(widget, forms.Textarea):
        yield bound.html_name, re.sub(r"\r\n|\r|\n", "\r\n", str(value or ""))
    elif not getattr(widget, "read_only", False):
        yield bound.html_name, re.sub(r"[\r\n]", "", str("" if value is None else value))
