"""The addresses of duplicates, under /duplicates/."""

from django.urls import path

from revops.duplicates import views as duplicate_views

urlpatterns = [
    path("", duplicate_views.duplicate_list, name="duplicates"),
    path("<int:pair_id>/", duplicate_views.duplicate, name="duplicate"),
    path("<int:pair_id>/merge/", duplicate_views.merge, name="duplicate-merge"),
    path("<int:pair_id>/apart/", duplicate_views.keep_apart, name="duplicate-apart"),
    path("<int:pair_id>/take-apart/", duplicate_views.take_apart, name="duplicate-take-apart"),
    path("<int:pair_id>/again/", duplicate_views.ask_again, name="duplicate-again"),
]
