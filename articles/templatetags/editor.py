"""What the script of the editor says, in the languages of the reader and of the article.

{% load editor %}
{% editor_words article.language roles %}   a block of data that static/src/editor/words.ts reads; `roles` are slugs
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles.actions.image import too_large
from articles.documents.attributes import CALLOUT_KINDS, CONTACT_KINDS
from articles.documents.labels import label, label_of_role

register = template.Library()


@register.simple_tag
def editor_words(language: str, roles: Iterable[str] = ()) -> SafeString:
    """`language` is that of the article: some words stand in its text."""
    return json_script({**interface_words(), **article_words(language, roles)}, "editor-texts")


def article_words(language: str, roles: Iterable[str]) -> dict[str, str]:
    """What stands in the text itself, as readers will see it."""
    words = {f"article-{kind}": label(language, kind) for kind in (*CALLOUT_KINDS, *CONTACT_KINDS)}
    words["article-only-for"] = label(language, "only-for")
    with override(language):
        words["article-summary"] = _("Summary")
    return words | {f"article-role-{slug}": label_of_role(language, slug) for slug in roles}


def interface_words() -> dict[str, str]:
    """Everything else, as those who write see it."""
    return {
        "contact-kind": _("What this is"),
        "fact-label": _("What it is called"),
        "no-alt": _("No alternative text"),
        "text-label": _("Text of the article"),
        "placeholder": _("Write the answer here. Type / for blocks, [[ for a link to an article."),
        "saved-already": _("Saved: everything you type is kept at once."),
        "saved-not-yet": _("Not saved yet: your text is kept in this browser until the server has it."),
        "slash-list": _("Blocks"),
        "articles-list": _("Articles"),
        "results": _("{count} to choose from. Arrow keys, then Enter."),
        "no-articles": _("No article found."),
        "more-letters": _("Type a part of the title."),
        "not-an-address": _("That is not an address. Write https://…, a mail address or a telephone number."),
        "link-words-gone": _("Somebody has taken these words out meanwhile. Close this, and mark others."),
        "image-sending": _("Sending {name} …"),
        "image-sent": _("{name} is in the text."),
        "image-failed": _("{name} could not be sent. Your text is untouched; try again."),
        "image-not-here": _("A picture cannot stand here."),
        "image-max-bytes": str(settings.IMAGE_MAX_BYTES),
        "image-too-large": too_large(),
        "image-kind": _("{name} is not a picture that can be shown. PNG, JPEG, GIF and WebP can."),
        "pictures-left-out": _(
            "Pictures in what you pasted could not be taken along: {count}. Paste them one at a time, or add the files."
        ),
        "found": _("{at} of {count}"),
        "found-none": _("Nothing found"),
        "replaced": _("{count} replaced"),
        "words": _("{count} words"),
        "one-word": _("1 word"),
        "words-marked": _("{count} of {all} words marked"),
        "check-title": _("The title is missing. Until there is one, the article keeps the title it has:"),
        "check-empty": _("The text is empty."),
        "check-empty-heading": _("A heading without words. Write it, or make it a paragraph."),
        "check-heading-order": _("A heading of level {level} follows one of level {last}: a level is left out."),
        "check-missing-alt": _("A picture without an alternative text. Say what it shows, unless it is decoration."),
        "check-absent-image": _("Readers do not see a picture that is not stored here. Upload it, or take it out."),
        "check-link-text": _("The words of a link say nothing of where it leads."),
        "check-table-header": _("A table without a row of headers."),
        "about-saving": _("Saving …"),
        "about-saved": _("Saved"),
        "about-failed": _("Not saved: {problem}"),
        "unreachable": _("The server cannot be reached."),
        "tag-remove": _("Remove the tag {name}"),
        "place-table": _("Table"),
        "place-callout": _("Box"),
        "place-passage": _("Roles"),
        "place-contact": _("Contact"),
        "place-facts": _("Facts"),
        "place-details": _("Fold"),
        "place-image": _("Picture"),
        "place-link": _("Link"),
        "place-none": _("Here"),
    }
