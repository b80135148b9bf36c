from allauth.account import signals
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class KbcentreConfig(AppConfig):
    name = "kbcentre"

    def ready(self) -> None:
        from . import (
            accounts,
            checks,  # noqa: F401 - registers itself
        )

        # Django's own signal, for what is Django's own doing: whoever signs a person out, page, API or admin.
        user_logged_out.connect(accounts.end_session, dispatch_uid="kbcentre.end_session")
        for changed in (signals.password_changed, signals.password_set):
            changed.connect(accounts.password_changed, dispatch_uid="kbcentre.password_changed")
        signals.password_reset.connect(accounts.password_reset, dispatch_uid="kbcentre.password_reset")
