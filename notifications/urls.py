"""Pages of this app; sockets and streams are in `routing`, the API in `api`."""

from django.urls import URLPattern, path

from .views import following, inbox, pushing, settings, unsubscribing

urlpatterns: list[URLPattern] = [
    path("notifications/", inbox.inbox_page, name="inbox"),
    path("notifications/latest/", inbox.latest, name="latest_notifications"),
    path("notifications/popups/", inbox.popups, name="popups"),
    path("notifications/mark/", inbox.mark, name="mark_notifications"),
    path("notifications/follow/", following.follow, name="follow"),
    path("notifications/follows/", following.follows, name="follows"),
    path("notifications/settings/", settings.settings, name="notification_settings"),
    path("notifications/call/", settings.call, name="call"),
    path("notifications/push/", pushing.push, name="push"),
    path("notifications/push/forget/", pushing.forget, name="forget_browser"),
    path("notifications/retry/", pushing.retry, name="retry_parked"),
    path("notifications/unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("service-worker.js", pushing.service_worker, name="service_worker"),
    path("notifications/<int:notification_id>/", inbox.open_one, name="open_notification"),
]
