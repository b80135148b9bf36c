"""Words that find each other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..actions import synonym
from ..models import SynonymGroup
from ..signed_in import person


class SynonymForm(forms.ModelForm):
    class Meta:
        model = SynonymGroup
        fields = ("language", "words")

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if len(SynonymGroup(words=words).terms) < 2:
            raise ValidationError(_("Give at least two words."))
        return words


@admin.register(SynonymGroup)
class SynonymAdmin(admin.ModelAdmin):
    form = SynonymForm
    list_display = ("words", "language")
    list_filter = ("language",)
    search_fields = ("words",)

    def save_model(self, request: HttpRequest, obj: SynonymGroup, form: Any, change: bool) -> None:
        obj.pk = synonym.save_synonyms(person(request), obj.language, obj.words, obj.pk).pk

    def delete_model(self, request: HttpRequest, obj: SynonymGroup) -> None:
        synonym.delete_synonyms(person(request), obj.pk)
