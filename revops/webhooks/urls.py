"""The addresses of webhooks, under /webhooks/."""

from django.urls import path

from revops.webhooks import actions as webhook_actions
from revops.webhooks import views as webhook_views

urlpatterns = [
    path("", webhook_views.endpoints, name="webhooks"),
    path("new/", webhook_views.add, name="webhook-add"),
    path("<int:endpoint_id>/", webhook_views.endpoint_page, name="webhook"),
    path("<int:endpoint_id>/edit/", webhook_views.edit, name="webhook-edit"),
    path("<int:endpoint_id>/secret/", webhook_actions.rotate, name="webhook-rotate"),
    path("<int:endpoint_id>/switch/", webhook_actions.switch, name="webhook-switch"),
    path("<int:endpoint_id>/resume/", webhook_actions.resume, name="webhook-resume"),
    path("<int:endpoint_id>/test/", webhook_actions.send_test, name="webhook-test"),
    path("<int:endpoint_id>/replay/", webhook_actions.replay, name="webhook-replay"),
]
