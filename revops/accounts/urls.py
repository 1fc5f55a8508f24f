"""The addresses of the accounts."""

from django.urls import path

from revops.accounts import views as account_views

urlpatterns = [
    path("", account_views.account_list_page, name="accounts"),
    path("<int:account_id>/", account_views.account, name="account"),
    path("<int:account_id>/care/", account_views.take_care, name="account-care"),
    path("<int:account_id>/group/", account_views.group, name="account-group"),
    path("<int:account_id>/dispute/", account_views.dispute, name="account-in-dispute"),
]
