from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from articles.demo import load

        from . import (
            events,  # noqa: F401 - makes the kinds of this app known
            silence,  # noqa: F401 - follows what ends sessions
        )

        # and who is told of which kind
        from .telling import about_articles, about_duties, about_flags, about_notices, about_talk  # noqa: F401

        load.ALSO += ["notifications.demo.confirm", "notifications.demo.follow_things"]
