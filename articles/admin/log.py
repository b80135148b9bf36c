"""The event log, to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import Event


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """What happened, newest first. Nothing here can be changed."""

    list_display = ("seq", "kind", "article", "category", "person", "actor", "at")
    list_select_related = ("article", "category", "person", "actor")
    list_filter = ("kind",)
    date_hierarchy = "at"
    ordering = ("-seq",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
