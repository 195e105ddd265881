"""Names of time zones are those that can be used."""

from zoneinfo import ZoneInfo

from lessor.terms.leases import Billing
from lessor.terms.time_zones import time_zones


def test_every_zone_that_a_deal_may_name_can_be_used():
    assert [name for name in time_zones() if ZoneInfo(name).key != name] == []


def test_the_default_is_such_a_name():
    assert Billing().time_zone in time_zones()


def test_names_that_depend_on_the_machine_are_none():
    assert not {"localtime", "posixrules", "Factory", ""} & time_zones()
