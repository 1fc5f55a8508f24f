"""The addresses of `scoring`, under /scorecards/."""

from django.urls import path

from scoring import editor_views, version_views, views

urlpatterns = [
    path("", views.scorecards_page, name="scorecards"),
    path("compare/", views.compare, name="scorecards-compare"),
    path("progress/", views.publish_progress, name="scorecards-progress"),
    path("<int:version>/", views.scorecard_page, name="scorecard"),
    path("<int:version>/draft/", version_views.start_draft, name="scorecard-draft"),
    path("<int:version>/publish/", version_views.publish, name="scorecard-publish"),
    path("<int:version>/roll-back/", version_views.roll_back, name="scorecard-roll-back"),
    path("<int:version>/discard/", version_views.discard, name="scorecard-discard"),
    path("<int:version>/take-up/", version_views.take_up, name="scorecard-take-up"),
    path("<int:version>/edit/<slug:part>/", editor_views.edit_part, name="scorecard-edit"),
    path("<int:version>/edit/<slug:part>/<slug:code>/", editor_views.edit_criterion, name="criterion-edit"),
    path("<int:version>/add/<slug:part>/", editor_views.add_criterion, name="criterion-add"),
]
