"""Django's admin, for administrators: webhooks. Everything goes through the actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.signed_in import person

from .actions import hooking
from .channels import outgoing
from .models import Webhook
from .telling.kinds import TABLE


class WebhookForm(forms.ModelForm):
    """Which address is told of what, as whom."""

    url = forms.URLField(label=_("address"), max_length=500, assume_scheme="https")
    kinds = forms.MultipleChoiceField(
        label=_("kinds of events"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(kind, telling.label) for kind, telling in TABLE.items()],
        help_text=_("None chosen: all that somebody with the role may know of."),
    )  # fmt: skip

    class Meta:
        model = Webhook
        fields = ("name", "url", "role", "kinds", "active")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            outgoing.check(url)
        except outgoing.NotAllowed as problem:
            raise ValidationError(str(problem)) from None
        return url


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    """Saves through `actions.hooking`."""

    form = WebhookForm
    list_display = ("name", "url", "role", "active")
    list_select_related = ("role",)
    readonly_fields = ("secret", "created_by", "created_at")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "url", "role", "kinds", "active")}),
        (_("Signature"), {"fields": ("secret", "created_by", "created_at")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Webhook | None = None) -> Any:
        """The key is there once it is saved: what stood on the page for a new webhook would be another one."""
        return self.fieldsets if obj else self.fieldsets[:1]

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        obj.kinds = form.cleaned_data["kinds"]
        hooking.save_webhook(person(request), obj)

    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        hooking.delete_webhook(person(request), obj.pk)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # deleting many at once would pass the actions by
