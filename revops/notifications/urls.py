"""The addresses of what a person is told, under /notifications/."""

from django.urls import path

from revops.notifications import settings_views as notification_settings_views
from revops.notifications import views as notification_views

urlpatterns = [
    path("", notification_views.notifications, name="notifications"),
    path("unread/", notification_views.unread, name="notifications-unread"),
    path("read/", notification_views.mark_all_read, name="notifications-read"),
    path("<int:notification_id>/", notification_views.open_notification, name="notification"),
    path("<int:notification_id>/read/", notification_views.mark_read, name="notification-read"),
    path("settings/", notification_settings_views.settings_page, name="notification-settings"),
    path("settings/webhook/", notification_settings_views.set_webhook, name="own-webhook"),
    path("settings/webhook/test/", notification_settings_views.test_webhook, name="own-webhook-test"),
    path("settings/webhook/remove/", notification_settings_views.remove_webhook, name="own-webhook-remove"),
]
