"""The plain editing form: a title, a text as Markdown, and what is known about the article.

What was on the page when it was opened comes back with the form (`show_hidden_initial`), so that only what its writer
changed is changed: tags that somebody else added meanwhile stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from .. import access
from ..actions.image import too_large
from ..actions.problems import Invalid
from ..documents import DocumentError
from ..models import Article, Category, User
from ..role_names import role_name

Choices = list[tuple[Any, Any]]
# The names that actions and access give to fields → the fields of the form in which people see them.
FIELDS = {"markdown": "text", "html": "text", "document": "text", "image": "picture"}


class ArticleForm(forms.Form):
    """An article that exists. `base` is the number of the draft update that the text was opened at."""

    title = forms.CharField(
        label=_("Title"), required=False, show_hidden_initial=True,
        widget=forms.TextInput(attrs={"maxlength": 200, "autocomplete": "off"}),
        help_text=_("As people ask for it: the words of the public find it."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "true", "autocomplete": "off"}),
    )  # fmt: skip
    tags = forms.CharField(
        label=_("Tags"), required=False, show_hidden_initial=True, help_text=_("Separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, show_hidden_initial=True)
    owner = forms.ChoiceField(
        label=_("Owner"), required=False, show_hidden_initial=True, help_text=_("Answers for what the article says.")
    )
    review_date = forms.DateField(
        label=_("Review date"), required=False, show_hidden_initial=True, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("When somebody should look whether it still holds."),
    )  # fmt: skip
    review_months = forms.IntegerField(
        label=_("Months between reviews"), required=False, show_hidden_initial=True, min_value=1, max_value=120,
        help_text=_("Without a number as the topic says."),
    )  # fmt: skip
    evergreen = forms.BooleanField(
        label=_("Evergreen"), required=False, show_hidden_initial=True,
        help_text=_("What never changes needs no review."),
    )  # fmt: skip
    picture = forms.FileField(
        label=_("Add a picture"), required=False, help_text=_("PNG, JPEG, GIF or WebP."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )  # fmt: skip
    base = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    # The draft that the writer has seen beside their own text, and means to replace.
    over = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, owners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].widget.attrs.update({
            "data-max-bytes": settings.IMAGE_MAX_BYTES, "data-too-large": too_large(),
        })  # fmt: skip
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = owners

    @property
    def markdown(self) -> str:
        """The text as it was typed, with the line ends of Unix; also of a form that is not valid."""
        return _plain_lines(self.data.get(self.add_prefix("text"), ""))

    def clean_text(self) -> str:
        return _plain_lines(self.cleaned_data["text"])

    def metadata(self, *, all_of_it: bool = False) -> dict[str, Any]:
        """What `update_article` takes, of a valid form: the fields that its writer changed, or all of them."""
        values = {
            "title": self.cleaned_data["title"],
            "tags": split_tags(self.cleaned_data["tags"]),
            "language": self.cleaned_data["language"],
            **{name: self.cleaned_data[name] for name in ("review_date", "review_months", "evergreen")},
        }
        named = {name: value for name, value in values.items() if all_of_it or name in self.changed_data}
        if all_of_it or "owner" in self.changed_data:
            named |= chosen_owner(self.cleaned_data["owner"])
        return named

    def take(self, problem: Invalid | DocumentError) -> None:
        """Show what an action did not accept, at the field that it is about."""
        fields = problem.fields if isinstance(problem, Invalid) else {"text": str(problem)}
        for name, message in fields.items():
            field = FIELDS.get(name, name)
            self.add_error(field if field in self.fields else None, message)


class NewArticleForm(ArticleForm):
    """An article that does not exist yet: it needs a place, and has no pictures before it is saved."""

    category = forms.ChoiceField(label=_("Category"))
    field_order = ["title", "category"]

    def __init__(self, *args: Any, categories: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = categories
        del self.fields["picture"], self.fields["base"], self.fields["over"]


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_tags(text: str) -> list[str]:
    """ "permits, fees" → ["permits", "fees"]."""
    return [name.strip() for name in text.split(",") if name.strip()]


def owner_word(thing: Article | Category) -> str:
    """The owner as a choice of the form: "role:waste", "person:erik", or ""."""
    if thing.owner_role:
        return f"role:{thing.owner_role.name}"
    return f"person:{thing.owner_user.username}" if thing.owner_user else ""


def chosen_owner(word: str) -> dict[str, Any]:
    """{owner_role, owner_user} for a choice of the form. Raises Invalid when the owner has gone meanwhile."""
    kind, _colon, name = word.partition(":")
    role = Group.objects.filter(name=name).first() if kind == "role" else None
    user = User.objects.filter(username=name, is_active=True).first() if kind == "person" else None
    if word and role is None and user is None:
        raise Invalid(owner=str(_("That owner does not exist any more. Choose another.")))
    return {"owner_role": role, "owner_user": user}


def owner_choices(thing: Article | Category, current: User | None = None) -> Choices:
    """Nobody, the roles, and the people who may edit: an owner must be able to keep the article right."""
    roles = Group.objects.exclude(name=access.EVERYONE).order_by("name").values_list("name", flat=True)
    people = {user.username: user.get_full_name() for user in access.who_can("edit", thing)[:500]}
    if current:
        people[current.username] = current.get_full_name()
    by_name: Callable[[tuple[str, str]], str] = lambda item: item[1].casefold()  # noqa: E731
    return [
        ("", _("Nobody")),
        (_("Roles"), [(f"role:{name}", role_name(name)) for name in roles]),
        (_("People"), [(f"person:{name}", full) for name, full in sorted(people.items(), key=by_name)]),
    ]


def category_choices(named: Iterable[tuple[str, str]]) -> Choices:
    """(slug, path of names) of the categories in which somebody may write → the choices, an empty one first."""
    return [("", _("Choose a category")), *named]
