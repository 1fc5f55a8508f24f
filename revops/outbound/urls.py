"""The addresses of outbound calls."""

from django.urls import path

from revops.outbound import views as outbound_views

urlpatterns = [
    path("", outbound_views.page, name="outbound"),
    path("look/", outbound_views.look_now, name="outbound-look"),
    path("settings/", outbound_views.configure, name="outbound-settings"),
    path("refresh/", outbound_views.propose_refresh, name="outbound-refresh"),
    path("<int:proposal_id>/approve/", outbound_views.approve, name="outbound-approve"),
    path("<int:proposal_id>/decline/", outbound_views.decline, name="outbound-decline"),
    path("<int:proposal_id>/undo/", outbound_views.undo, name="outbound-undo"),
]
