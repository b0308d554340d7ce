"""No request leaves for an address that is not public, by whatever way it is named."""

from __future__ import annotations

import pytest

from crawlers.addresses import AddressPolicy
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer

OWN = ("127.0.0.11",)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "168.63.129.16",
        "192.0.0.192",
        "192.88.99.1",
        "fec0::1",
        "3fff::1",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not AddressPolicy().allows("outlet.example", address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "203.119.8.111", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert AddressPolicy().allows("outlet.example", address)


def test_private_hosts_are_allowed_by_name_address_or_network() -> None:
    policy = AddressPolicy(["Intranet.example", "10.0.0.0/8", "::1"])
    assert policy.allows("intranet.example", "192.168.0.7")
    assert policy.allows("any.example", "10.200.0.1")
    assert policy.allows_host("::1")
    assert not policy.allows("any.example", "192.168.0.7")
    assert not policy.allows_host("127.0.0.1")
    assert policy.allows_host("any.example")


def test_literal_names_and_redirects_into_private_networks_are_rejected(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    with OutletServer("127.0.0.13") as inner:
        inner.article("/secret")
        links = {
            "literal": f"{inner.url}/secret",
            "by_name": f"http://localhost:{inner.port}/secret",
            "by_number": f"http://2130706445:{inner.port}/secret",
            "metadata": "http://169.254.169.254/latest/meta-data/",
            "mapped": f"http://[::ffff:127.0.0.13]:{inner.port}/secret",
            "file": "file:///etc/passwd",
        }
        outlet.routes["/to-metadata"] = Answer(
            status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}
        )
        outlet.routes["/to-inner"] = Answer(status=307, headers={"Location": links["literal"]})
        outlet.routes["/to-name"] = Answer(status=302, headers={"Location": links["by_name"]})
        outlet.article("/fine")
        feed = outlet.feed(*links.values(), "/to-metadata", "/to-inner", "/to-name", "/fine")
        report = crawl_feeds(sample=feed, settings={"allowed_private_hosts": OWN})
        assert dict(inner.seen) == {}, "not even its robots.txt may be asked for"
    reasons = report.source("sample").reasons
    assert reasons == {"rejected:private_address": 8, "rejected:invalid_address": 1}
    assert report.totals["new"] == 1


def test_a_feed_at_a_private_address_is_refused(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    outlet.article("/story")
    feed = outlet.feed("/story")
    report = crawl_feeds(
        literal=feed,
        by_name=f"http://localhost:{outlet.port}/feed.xml",
        settings={"allowed_private_hosts": ()},
    )
    for name in ("literal", "by_name"):
        part = report.source(name)
        assert (part.health, part.feeds[0].reason) == ("failing", "private_address")
    assert dict(outlet.seen) == {}
