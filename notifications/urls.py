"""Pages of this app; sockets and streams are in `routing`, the API in `api`."""

from django.urls import URLPattern, path

from .views import following, inbox, must_reads, pushing, records, settings, unsubscribing

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
    path("must-reads/", must_reads.must_reads, name="must-reads"),
    path("must-reads/record/", records.by_article, name="record"),
    path("must-reads/record.csv", records.export, name="record-export"),
    path("must-reads/people/", records.by_person, name="record-people"),
    path("must-reads/people/<int:user_id>/", records.of_person, name="record-of-person"),
    path("must-reads/<int:article_id>/", records.of_article, name="record-of-article"),
    path("must-reads/<int:article_id>/record.csv", records.export, name="record-export-of-article"),
    path("articles/<int:article_id>/acknowledge/", must_reads.acknowledge, name="acknowledge"),
    path("absence/", records.own_absence, name="absence"),
]
