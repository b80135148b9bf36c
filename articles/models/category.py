"""The tree of topics, and the places in it where rights stand."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class PublishingMode(models.TextChoices):
    REVIEWED = "reviewed", _("Reviewed: publishing needs the right to publish")
    LIVE = "live", _("Live: whoever may edit may publish")


class AccessRoot(models.Model):
    """A category or an article that has grants of its own; guardian's grants stand on this row.

    Everything below points at its nearest root (`Category.access_root`, `Article.access_root`), so changing
    the grants of a category touches a few rows however many articles it holds, and the search index
    needs to know the root of an article only.
    """

    category = models.OneToOneField("Category", models.CASCADE, null=True, blank=True, related_name="own_root")
    article = models.OneToOneField("Article", models.CASCADE, null=True, blank=True, related_name="own_root")

    class Meta:
        default_permissions = ("view", "edit", "publish", "manage")
        constraints = [
            models.CheckConstraint(
                name="access_root_of_one_thing",
                condition=models.Q(category__isnull=False, article__isnull=True)
                | models.Q(category__isnull=True, article__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.category or self.article)


class Category(models.Model):
    """A topic. `path` is the chain of ids from the top, "/3/17/", so that a subtree is one prefix."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=140, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("stands below")
    )
    # Null only for a moment, while a move renames many paths and no two rows may hold the same one.
    path = models.CharField(max_length=255, unique=True, null=True, editable=False)  # noqa: DJ001
    position = models.PositiveIntegerField(_("position"), default=0)
    publishing = models.CharField(
        _("publishing"), max_length=10, choices=PublishingMode.choices, default=PublishingMode.REVIEWED
    )
    owner_user = models.ForeignKey(
        "User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner (person)")
    )
    owner_role = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner (role)")
    )
    access_root = models.ForeignKey(
        AccessRoot, models.SET_NULL, null=True, editable=False, related_name="governed_categories"
    )
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"), null=True, blank=True,
        help_text=_("Of the articles in it and below; without a number as the category above has it."),
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for a topic at the top."""
        return (self.path or "").count("/") - 2

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the top down to this category itself."""
        return [int(part) for part in (self.path or "").strip("/").split("/") if part]

    def get_absolute_url(self) -> str:
        return f"/categories/{self.slug}/"
