"""The addresses of routing decisions."""

from django.urls import path

from reports import decision_views

urlpatterns = [
    path("", decision_views.decision_list, name="decisions"),
    path("<int:handoff_id>/", decision_views.decision, name="decision"),
]
