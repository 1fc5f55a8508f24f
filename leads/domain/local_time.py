"""Where it is now for a person, from their country: the zone of its main city, so that one knows when to call."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from leads.domain.region_zones import region_zone, zones_of_regions

# Countries over several zones, by the city where most of their people live; the others have one main zone.
MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}


def local_time(country: str, now: datetime, *, region: str = "") -> str:
    """The time of day there and the city it is of ("14:32 in Berlin"); empty for a country we do not know."""
    zone = zone_of(country, region)
    return time_in(zone, now) if zone else ""


@lru_cache(maxsize=256)
def time_in(zone: str, now: datetime) -> str:
    """The time of day in a zone and its city, in words; a page asks it of the same few zones for each of its rows."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    return f"{now.astimezone(_zone_info(zone)):%H:%M} in {city}"


@lru_cache(maxsize=512)
def _zone_info(zone: str) -> ZoneInfo:
    """The zone's rules, kept: by itself Python keeps those of eight zones, and reads the others from files again."""
    return ZoneInfo(zone)


def zone_of(country: str, region: str = "") -> str:
    """The IANA zone of the region, or else of the country's main city; empty for a country we do not know."""
    return region_zone(country, region) or MAIN_ZONES.get(country) or _only_zones().get(country, "")


def zones_in(country: str) -> frozenset[str]:
    """Every zone that `zone_of` can give for the country."""
    return zones_of_regions(country) | {zone_of(country)}


@lru_cache(maxsize=1)
def _only_zones() -> dict[str, str]:
    """Country → its first zone in the time-zone database's own table."""
    found: dict[str, str] = {}
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text()
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, zone)
    return found
