"""The addresses of company names that fit several accounts, under /matches/."""

from django.urls import path

from revops.duplicates import match_views

urlpatterns = [
    path("", match_views.matches, name="matches"),
    path("<int:question_id>/choose/", match_views.choose, name="match-choose"),
    path("<int:question_id>/again/", match_views.ask_again, name="match-again"),
]
