"""The form that starts an import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..transfer.pages import HTML, MARKDOWN, OFFICE
from .article import category_choices

ACCEPTED = (".zip", *MARKDOWN, *HTML, *OFFICE, ".png", ".jpg", ".jpeg", ".gif", ".webp")


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/input.html"


class _FilesField(forms.FileField):
    """One or several files."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(_FilesField, self).clean(file, initial) for file in files or [None]]


class ImportForm(forms.Form):
    """What to import, where to, and whether readers see it at once."""

    upload = _FilesField(
        label=gettext_lazy("A zip archive, or files"), allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a zip archive, or one or several files.")},
    )  # fmt: skip
    category = forms.ChoiceField(
        label=gettext_lazy("Into the category"), help_text=gettext_lazy("Folders become categories below it.")
    )
    publish = forms.BooleanField(label=gettext_lazy("Publish at once"), required=False)

    def __init__(self, *args: Any, categories: Iterable[tuple[str, str]], may_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = category_choices(categories)
        if not may_publish:
            del self.fields["publish"]
        files = self.fields["upload"]
        files.widget.attrs = {"accept": ",".join(ACCEPTED), "multiple": True}
        files.help_text = lazystr(
            _("Markdown, HTML, DOCX and ODT with their images; at most %(limit)d MB.")
            % {"limit": settings.IMPORT_MAX_BYTES // (1024 * 1024)}
        )
