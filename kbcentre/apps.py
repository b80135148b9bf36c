from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class KbcentreConfig(AppConfig):
    name = "kbcentre"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers itself
        from .accounts import end_session

        # Django's own signal, for what is Django's own doing: whoever signs a person out, page, API or admin.
        user_logged_out.connect(end_session, dispatch_uid="kbcentre.end_session")
