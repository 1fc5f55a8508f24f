"""The addresses of files on their way in, under /imports/."""

from django.urls import path

from revops.imports import views as import_views

urlpatterns = [
    path("", import_views.import_list, name="imports"),
    path("upload/", import_views.upload, name="import-upload"),
    path("<int:import_id>/", import_views.one, name="import"),
    path("<int:import_id>/progress/", import_views.progress, name="import-progress"),
    path("<int:import_id>/columns/", import_views.columns, name="import-columns"),
    path("<int:import_id>/columns/save/", import_views.save_columns, name="import-columns-save"),
    path("<int:import_id>/try/", import_views.check, name="import-check"),
    path("<int:import_id>/begin/", import_views.begin, name="import-begin"),
    path("<int:import_id>/cancel/", import_views.cancel, name="import-cancel"),
    path("<int:import_id>/forget/", import_views.forget, name="import-forget"),
    path("<int:import_id>/refused.csv", import_views.refused, name="import-refused"),
]
