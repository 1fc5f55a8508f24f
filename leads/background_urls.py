"""The addresses of computations in the background, under /runs/."""

from django.urls import path

from leads import background_views

urlpatterns = [
    path("<int:run_id>/progress/", background_views.progress, name="run-progress"),
    path("<int:run_id>/cancel/", background_views.cancel, name="run-cancel"),
]
