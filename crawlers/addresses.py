"""Which addresses a crawl may reach: public ones, and private ones only where a setting allows.

A feed or page is written by others and may point anywhere: at a cloud's metadata service, at a
router, at this machine's own Elasticsearch. Two checks close that way for pages, robots.txt and
every redirect alike: literal addresses in a downloader middleware, and the addresses that a host
name resolves to in the resolver. The connection goes to the very addresses that were checked, so
a name that changes its answer between check and use (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

import structlog
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
NEVER_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20")
)
"""Networks that Python's `is_global` takes for public, in some or all versions: Azure's address of
a machine's own platform (Microsoft's documentation), protocol assignments with Oracle's metadata
service at 192.0.0.192, the old 6to4 relays, site-local and documentation addresses (IANA's
special-purpose registries; RFC 3879)."""
SETTING = "SHOALWATCH_ALLOWED_PRIVATE_HOSTS"

log = structlog.get_logger()


class PrivateAddressError(IgnoreRequest):
    """A request to an address that is not public and not allowed by setting."""


class AddressPolicy:
    """Public addresses, and the private hosts and networks that a setting allows."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        """Allow host names, addresses and networks (CIDR) besides everything public."""
        self._names: set[str] = set()
        self._networks = []
        for entry in allowed:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower().rstrip("."))

    def allows(self, host: str, address: str) -> bool:
        """Whether a connection to `address`, which `host` leads to, may be made."""
        if host.lower().rstrip(".") in self._names:
            return True
        ip = ipaddress.ip_address(address.partition("%")[0])
        if any(ip in network for network in self._networks):
            return True
        return all(_is_public(each) for each in _meant(ip))

    def allows_host(self, host: str) -> bool:
        """Whether a host may be asked: False only for a literal address that is not allowed."""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return True
        return self.allows(host, host)


def _is_public(ip: IPAddress) -> bool:
    if any(ip in network for network in NEVER_PUBLIC):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _meant(ip: IPAddress) -> list[IPAddress]:
    """Return the address and the IPv4 address that it carries inside (mapped, 6to4, NAT64)."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    inside = [ip.sixtofour, *(ip.teredo or ())]
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return [ip, *(each for each in inside if each)]


refused_names: set[str] = set()
"""Host names that resolved to nothing but refused addresses in this process."""


class PublicAddressMiddleware:
    """Refuses requests to literal addresses, and to names known to lead to them."""

    def __init__(self, policy: AddressPolicy) -> None:
        """Check every request against a policy."""
        self._policy = policy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the allowed hosts from the crawl's settings."""
        return cls(AddressPolicy(crawler.settings.getlist(SETTING)))

    def process_request(self, request: Request) -> None:
        """Raise PrivateAddressError where the request must not be made."""
        host = (urlsplit(request.url).hostname or "").lower()
        if host in refused_names or not self._policy.allows_host(host):
            raise PrivateAddressError(
                f"{request.url} leads to an address that is not public; "
                f"SHOALWATCH_ALLOWED_PRIVATE_HOSTS can allow it"
            )


class PublicNameResolver(CachingHostnameResolver):
    """Scrapy's caching resolver (IPv4 and IPv6) that hands on allowed addresses only."""

    def __init__(self, reactor: Any, cache_size: int, policy: AddressPolicy) -> None:
        """Wrap the reactor's resolver."""
        super().__init__(reactor, cache_size)
        self._policy = policy

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """Take the allowed hosts from the crawl's settings."""
        settings = crawler.settings
        return cls(
            reactor, settings.getint("DNSCACHE_SIZE"), AddressPolicy(settings.getlist(SETTING))
        )

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[Any] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a host name; addresses that are not allowed are dropped and logged."""
        receiver: Any = _AllowedAddresses(resolutionReceiver, hostName, self._policy)
        return super().resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )


@implementer(IResolutionReceiver)
class _AllowedAddresses:
    """Passes allowed addresses on to the receiver behind it."""

    def __init__(self, receiver: Any, host: str, policy: AddressPolicy) -> None:
        self._receiver, self._host, self._policy = receiver, host, policy
        self._allowed = self._refused = 0

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if self._policy.allows(self._host, address.host):
            self._allowed += 1
            self._receiver.addressResolved(address)
            return
        self._refused += 1
        log.warning("address_refused", host=self._host, address=address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._refused and not self._allowed:
            refused_names.add(self._host.lower())
        self._receiver.resolutionComplete()
