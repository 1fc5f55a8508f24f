"""Mappings of known exports, by the name that a command line gives them."""

from collections.abc import Mapping
from types import MappingProxyType

from leads.domain.csv_mapping import RowMapping

_OLIST_ZONE = "America/Sao_Paulo"  # the marketplace's own; its files name none

OLIST = RowMapping(
    key="mql-{mql_id}",
    zone=_OLIST_ZONE,
    fields={
        "type": "form_submit",
        "person.email": "{mql_id}@olist.invalid",
        # A date without a time: the beginning of the day, so that no deal of the same day comes before it.
        "occurred_at": "{first_contact_date}",
        "utm.source": "{origin}",
        "properties.landing_page_id": "{landing_page_id}",
    },
    qualified_elsewhere="qualified by Olist's marketing",
    notice=(
        "The file has no e-mail addresses: each lead gets <mql_id>@olist.invalid, which reaches nobody. "
        "It says that each lead is marketing-qualified: they enter as MQLs, whatever the gate says."
    ),
)

OLIST_DEALS = RowMapping(
    key="deal-{mql_id}",
    zone=_OLIST_ZONE,
    fields={
        "type": "deal_closed",
        "person.email": "{mql_id}@olist.invalid",
        "occurred_at": "{won_date}",
        "properties.business_segment": "{business_segment}",
        "properties.business_type": "{business_type}",
        "properties.lead_type": "{lead_type}",
        "properties.lead_behaviour_profile": "{lead_behaviour_profile}",
        "properties.seller_id": "{seller_id}",
    },
    ignored=frozenset({"has_company", "has_gtin"}),  # both say False where the answer was not given
    new_types={"deal_closed": "Deal closed"},
    deal={
        "sdr": "{sdr_id}@olist.invalid",
        "owner": "{sr_id}@olist.invalid",
        "won_at": "{won_date}",
        "amount": "{declared_monthly_revenue}",
    },
    notice=(
        "The file does not say when sales accepted a lead: the day it was won, the latest possible, is taken. "
        "A declared monthly revenue of 0 is one that was not declared, so the deal has no amount."
    ),
)

PRESETS: Mapping[str, RowMapping] = MappingProxyType({"olist": OLIST, "olist-deals": OLIST_DEALS})
