"""The addresses of hosted forms, under /forms/: those of operations, and what the public sees."""

from django.urls import path

from revops.forms import public_views as public_form_views
from revops.forms import views as form_views

urlpatterns = [
    path("", form_views.hosted_form_list, name="hosted-forms"),
    path("add/", form_views.add, name="hosted-form-add"),
    path("<slug:slug>/", public_form_views.public_form, name="public-form"),
    path("<slug:slug>/thanks/", public_form_views.thanks, name="public-form-thanks"),
    path("<slug:slug>/about/", form_views.hosted_form, name="hosted-form"),
    path("<slug:slug>/preview/", form_views.preview, name="hosted-form-preview"),
    path("<slug:slug>/edit/", form_views.edit, name="hosted-form-edit"),
    path("<slug:slug>/switch/", form_views.switch, name="hosted-form-switch"),
]
