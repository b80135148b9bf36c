"""The article: what readers open. Its text lives in versions (published) and in a draft (being written)."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import Group
from django.db import models
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from .category import AccessRoot, Category, PublishingMode


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Tag(models.Model):
    """A word that articles share across categories. Case does not make another tag."""

    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


# Addresses below an article; an article of that title gets another slug.
PAGES = frozenset(
    {
        "acknowledge",
        "answered",
        "archive",
        "bring-back",
        "comments",
        "compare",
        "draft-history",
        "edit",
        "favourite",
        "history",
        "images",
        "move",
        "notes",
        "opened",
        "preview",
        "publish",
        "readers",
        "restore",
        "review",
        "suggest",
    }
)


class Article(models.Model):
    """One answer. `version` is what readers see now; None until the first publication."""

    title = models.CharField(_("title"), max_length=200)
    category = models.ForeignKey(Category, models.PROTECT, related_name="articles", verbose_name=_("category"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles", verbose_name=_("tags"))
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", _("English")), ("sv", _("Swedish"))], default="en"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.ForeignKey("Version", models.PROTECT, null=True, editable=False, related_name="+")
    owner_user = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="+")
    owner_role = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="+")
    review_date = models.DateField(_("review date"), null=True, blank=True)
    # Months from one review to the next; None: as the category says. What is evergreen has no date at all.
    review_months = models.PositiveSmallIntegerField(_("months between reviews"), null=True, blank=True)
    evergreen = models.BooleanField(_("evergreen"), default=False)
    review_told = models.DateField(null=True, editable=False)  # the review date that its owner was told of
    last_review = models.ForeignKey("Review", models.SET_NULL, null=True, editable=False, related_name="+")
    access_root = models.ForeignKey(
        AccessRoot, models.SET_NULL, null=True, editable=False, related_name="governed_articles"
    )
    created_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # What people call a change of the article: text, title, place. Not every save of a draft.
    updated_at = models.DateTimeField(_("changed"), db_index=True)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-updated_at", "-id"]
        indexes = [
            models.Index(fields=["category", "status", "-updated_at"]),
            models.Index(fields=["access_root", "status", "-updated_at"]),
            models.Index(fields=["status", "-updated_at", "-id"]),
            models.Index(fields=["status", "review_date", "id"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """The readable part of the address. Only the id finds the article, so every former address works."""
        made = slugify(self.title)[:80] or "article"
        return f"{made}-article" if made in PAGES else made

    def get_absolute_url(self) -> str:
        return f"/articles/{self.pk}/{self.slug}/"

    @property
    def publishes_itself(self) -> bool:
        """Whether what is written into its draft is published without anybody's doing (actions.live_publishing)."""
        is_out = self.status == Status.PUBLISHED and self.version_id is not None
        return is_out and self.category.publishing == PublishingMode.LIVE

    def is_overdue(self, today: date) -> bool:
        """Whether nobody has said since its review date that it still holds."""
        return self.review_date is not None and self.review_date < today


class ImportSource(models.Model):
    """Where an imported article came from, so that importing the same folder again finds it.

    For whoever may not see that article it is not there: their import makes another one, the next `copy` of the file.
    """

    article = models.OneToOneField(Article, models.CASCADE, related_name="import_source")
    base = models.ForeignKey(Category, models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    copy = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["base", "path", "copy"], name="imported_once")]

    def __str__(self) -> str:
        return self.path
