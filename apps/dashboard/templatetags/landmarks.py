"""What unfold's pages lack for people who use a keyboard or a screen reader."""

from django import template
from django.utils.safestring import SafeString

register = template.Library()
_CONTENT = '<div id="content"'


@register.filter
def with_main(page: SafeString) -> SafeString:
    """The rendered body of a page, whose content is its main landmark and can take the focus.

    unfold's template has no block around that element, so the alternative is a copy of the whole template.
    """
    return SafeString(page.replace(_CONTENT, f'{_CONTENT} role="main" tabindex="-1"', 1))
