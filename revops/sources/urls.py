"""The addresses of senders and their keys, under /sources/."""

from django.urls import path

from revops.sources import actions as source_actions
from revops.sources import views as source_views

urlpatterns = [
    path("", source_views.source_list, name="sources"),
    path("add/", source_views.add, name="source-add"),
    path("read-keys/", source_actions.read_key_list, name="read-keys"),
    path("read-keys/<int:key_id>/revoke/", source_actions.revoke_read_key, name="read-key-revoke"),
    path("keys/<int:key_id>/revoke/", source_actions.revoke_key, name="source-key-revoke"),
    path("secrets/<int:secret_id>/revoke/", source_actions.revoke_secret, name="source-secret-revoke"),
    path("<int:source_id>/", source_views.source_page, name="source"),
    path("<int:source_id>/edit/", source_views.edit, name="source-edit"),
    path("<int:source_id>/switch/", source_actions.switch, name="source-switch"),
    path("<int:source_id>/keys/", source_actions.issue_key, name="source-key"),
    path("<int:source_id>/secrets/", source_actions.add_secret, name="source-secret"),
]
