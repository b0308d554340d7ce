"""Scrapy's settings for every crawl, by our command or by `scrapy crawl feed -a source=ID`."""

from __future__ import annotations

from crawlers.settings import CrawlSettings

BOT_NAME = "shoalwatch"
SPIDER_MODULES = ["crawlers.spiders"]

# Polite: robots.txt, one request at a time to a host, and a delay that grows with its slowness.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 64
CONCURRENT_ITEMS = 1  # an answer yields one request at most; Scrapy makes a task for each place
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0  # a delay is a minimum, so it is not varied downwards
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"

# Safe: no way in, no scheme but http(s), no proxy that would resolve names behind our back, no
# meta refresh (on news pages it is a reload), no address that is not public.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPPROXY_ENABLED = False
METAREFRESH_ENABLED = False
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
TWISTED_DNS_RESOLVER = "crawlers.addresses.PublicNameResolver"
DOWNLOADER_MIDDLEWARES = {
    "crawlers.time_limit.SourceTimeLimit": 50,
    "crawlers.addresses.PublicAddressMiddleware": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawlers.politeness.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawlers.compression.WholeBodyMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawlers.redirects.WebRedirectMiddleware": 600,
    "crawlers.keeping.PassingResponses": 610,  # before redirects (600) and retries (550) take them
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawlers.retry_after.PatientRetryMiddleware": 550,
}
EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawlers.politeness.PoliteThrottle": 0,
    "scrapy.extensions.feedexport.FeedExporter": None,
}
# Statuses are outcomes, so the spider sees them all.
HTTPERROR_ALLOW_ALL = True

LOG_LEVEL = "WARNING"
LOG_VERSIONS: list[str] = []

# What depends on our own settings (SHOALWATCH_...): Scrapy reads upper-case names of a module.
globals().update(CrawlSettings().for_scrapy())
