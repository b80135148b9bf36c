"""People, roles and tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .. import access
from ..actions import people, reviewing
from ..models import ApiToken, Article, Category, User
from ..signed_in import person


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Sign-in name, roles, account open or closed. Rights on articles come from roles only."""

    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "language")}),
        (_("Roles"), {"fields": ("groups",)}),
        (_("Account"), {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_superuser")
    filter_horizontal = ("groups",)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        form.rights_before = access.read_view(obj.pk) if change else None  # as the database still has them
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.rights_before is not None:
            reviewing.tell_successors(form.instance, form.rights_before)
        people.tell_access_changed(person(request), form.instance)  # after the groups are written

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Their sessions end with the old password: what these have open is closed, and nothing is pushed there."""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302 and (user := self.get_object(request, unquote(id))):
            people.tell_access_changed(person(request), user)
        return answer

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        _hand_over_reviews([obj.pk])
        super().delete_model(request, obj)
        people.tell_access_changed(person(request), None)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        _hand_over_reviews(list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)
        people.tell_access_changed(person(request), None)


def _hand_over_reviews(owners: list[int]) -> None:
    """Whoever answers for what these people own is told of its review date as well. Before they are gone: what they own
    is nobody's then."""
    reviewing.tell_again_below(Category.objects.filter(owner_user__in=owners))
    reviewing.tell_again(Article.objects.filter(owner_user__in=owners))


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Roles. Their rights stand on categories and articles, so there is nothing but a name here."""

    fields = ("name",)
    list_display = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.name not in access.BUILT_IN_ROLES)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        people.tell_access_changed(person(request), None)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        super().delete_model(request, obj)
        people.tell_access_changed(person(request), None)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset.exclude(name__in=access.BUILT_IN_ROLES))
        people.tell_access_changed(person(request), None)


@admin.register(ApiToken)
class TokenAdmin(admin.ModelAdmin):
    """Tokens are made on the command line, where the secret is shown once; here they are taken back."""

    list_display = ("user", "name", "created_at")
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False
