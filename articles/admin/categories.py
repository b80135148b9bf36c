"""Topics, and who may view, edit, publish and manage what is in them; the same for single articles."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import access
from ..actions import audience
from ..actions import category as actions
from ..actions.problems import Invalid
from ..models import AccessRoot, Article, Category
from ..role_names import role_name
from ..signed_in import person


class RolesField(forms.ModelMultipleChoiceField):
    """Roles to choose from, as people call them."""

    def label_from_instance(self, obj: Any) -> str:
        return role_name(obj.name)


def _roles(label: Any) -> forms.ModelMultipleChoiceField:
    return RolesField(
        Group.objects.order_by("name"),
        required=False,
        label=label,
        to_field_name="name",
        widget=forms.CheckboxSelectMultiple,
    )


class GrantsForm(forms.ModelForm):
    """The grants of a category or article: for each right, the roles that hold it there."""

    inherits = forms.BooleanField(
        required=False,
        label=_("Inherit from above"),
        help_text=_("Without grants of its own it uses those of the nearest category above that has some."),
    )
    grant_view = _roles(_("May view"))
    grant_edit = _roles(_("May edit (and view)"))
    grant_publish = _roles(_("May publish (and edit)"))
    grant_manage = _roles(_("May manage (and publish)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thing = self.instance
        subject = "article" if isinstance(thing, Article) else "category"
        own = thing.pk is not None and AccessRoot.objects.filter(**{subject: thing}).exists()
        self.fields["inherits"].initial = not own
        held = access.grants_at(thing.access_root_id) if thing.pk else {}
        for right in access.LADDER:
            self.fields[f"grant_{right}"].initial = [role for role, rights in held.items() if right in rights]

    def grants(self) -> dict[str, list[str]] | None:
        """Role slug → rights; None to inherit."""
        if self.cleaned_data["inherits"]:
            return None
        found: dict[str, list[str]] = {}
        for right in access.LADDER:
            for role in self.cleaned_data[f"grant_{right}"]:
                found.setdefault(role.name, []).append(right)
        return found


GRANT_FIELDS = (_("Who may what"), {"fields": ("inherits", *(f"grant_{right}" for right in access.LADDER))})


class CategoryForm(GrantsForm):
    class Meta:
        model = Category
        fields = ("name", "slug", "parent", "position", "publishing", "owner_user", "owner_role", "review_months")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        parent = cleaned.get("parent")
        if parent and self.instance.pk and self.instance.pk in parent.ancestor_ids:
            raise ValidationError({"parent": _("A category cannot be moved into itself.")})
        return cleaned


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """Saves through `actions.category`, so that rights below follow and the change is an event."""

    form = CategoryForm
    list_display = ("name", "slug", "parent", "publishing", "position")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("parent",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "slug", "parent", "position")}),
        (_("Care"), {"fields": ("publishing", "owner_user", "owner_role", "review_months")}),
        GRANT_FIELDS,
    )

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        named = {name: form.cleaned_data[name] for name in ("name", "publishing", "owner_user", "owner_role")}
        months = form.cleaned_data["review_months"]
        parent, slug, grants = form.cleaned_data["parent"], form.cleaned_data["slug"], form.grants()
        try:
            if change:
                saved = actions.update_category(
                    person(request), obj.pk, parent=parent, slug=slug or None,
                    position=form.cleaned_data["position"], grants=grants, review_months=months, **named,
                )  # fmt: skip
            else:
                saved = actions.create_category(person(request), parent=parent, slug=slug, grants=grants, **named)
                saved = actions.update_category(person(request), saved.pk, review_months=months)
        except Invalid as problem:  # the form has checked what it can; what is left is said, and nothing was written
            messages.error(request, str(problem))
            return
        obj.pk = saved.pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        actions.delete_category(person(request), obj.pk)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # deleting many at once would pass the actions by


class ArticleForm(GrantsForm):
    class Meta:
        model = Article
        fields = ()


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """Only who may see an article; everything else is done in its own pages."""

    form = ArticleForm
    list_display = ("title", "category", "status", "updated_at")
    list_select_related = ("category",)
    list_filter = ("status", "language")
    search_fields = ("title",)
    readonly_fields = ("title", "category", "status")
    fieldsets: ClassVar[Any] = ((None, {"fields": ("title", "category", "status")}), GRANT_FIELDS)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        audience.set_article_grants(person(request), obj.pk, form.grants())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False
