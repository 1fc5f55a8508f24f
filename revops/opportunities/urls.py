"""The addresses of the opportunities, and of the lists that operations keeps for them."""

from django.urls import path

from revops.opportunities import deal_list_views
from revops.opportunities import views as opportunity_views

urlpatterns = [
    path("", opportunity_views.opportunity_list_page, name="opportunities"),
    path("opportunities.csv", opportunity_views.opportunity_csv, name="opportunities-csv"),
    path("board/", opportunity_views.board, name="opportunity-board"),
    path("lists/", deal_list_views.lists, name="deal-lists"),
    path("lists/<slug:kind>/add/", deal_list_views.add, name="deal-list-add"),
    path("lists/<slug:kind>/<int:entry_id>/", deal_list_views.edit, name="deal-list-edit"),
    path("lists/<slug:kind>/<int:entry_id>/move/", deal_list_views.move, name="deal-list-move"),
    path("lists/<slug:kind>/<int:entry_id>/retire/", deal_list_views.retire, name="deal-list-retire"),
    path("lists/<slug:kind>/<int:entry_id>/restore/", deal_list_views.restore, name="deal-list-restore"),
    path("<int:opportunity_id>/", opportunity_views.opportunity, name="opportunity"),
    path("<int:opportunity_id>/move/", opportunity_views.move, name="opportunity-move"),
    path("<int:opportunity_id>/terms/", opportunity_views.revise, name="opportunity-terms"),
    path("<int:opportunity_id>/won/", opportunity_views.win, name="opportunity-won"),
    path("<int:opportunity_id>/lost/", opportunity_views.lose, name="opportunity-lost"),
]
