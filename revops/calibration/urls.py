"""The addresses of calibration, under /scorecards/calibration/."""

from django.urls import path

from revops.calibration import views as calibration_views

urlpatterns = [
    path("", calibration_views.latest, name="calibration"),
    path("ask/", calibration_views.ask, name="calibration-ask"),
    path("<int:run_id>/", calibration_views.one, name="calibration-run"),
    path("<int:run_id>/draft/", calibration_views.draft, name="calibration-draft"),
    path("<int:run_id>/rows.csv", calibration_views.rows, name="calibration-rows"),
]
