"""The addresses of `scoring`, under /scorecards/."""

from django.urls import path

from scoring import views

urlpatterns = [
    path("", views.scorecards_page, name="scorecards"),
    path("<int:version>/", views.scorecard_page, name="scorecard"),
    path("<int:version>/draft/", views.start_draft, name="scorecard-draft"),
    path("<int:version>/edit/", views.edit, name="scorecard-edit"),
    path("<int:version>/publish/", views.publish, name="scorecard-publish"),
]
