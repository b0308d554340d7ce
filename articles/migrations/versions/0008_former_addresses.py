"""Addresses of pages that failed, noted while `canonical_url` had a form that several shared.

Such an address has a form of its own now, and would lead to whichever article has the former one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    addresses, pages = (
        sa.Table(name, sa.MetaData(), autoload_with=bind) for name in ("addresses", "pages")
    )
    with_query = sa.select(addresses).where(addresses.c.url.contains("?"))
    shared = []
    for url, former in bind.execute(with_query).all():
        now = _address_now(url, former)
        if now is None:
            continue
        bind.execute(sa.delete(addresses).where(addresses.c.url == url))
        owed = bind.execute(
            sa.select(pages)
            .where(pages.c.canonical_url == former, pages.c.feed_stamp.is_(None))
            .where(pages.c.last_outcome.startswith("failed:"))
        ).first()
        if owed is None:
            continue
        shared.append(former)
        if url != now:
            bind.execute(sa.insert(addresses).values(url=url, canonical_url=now))
        if bind.execute(sa.select(pages).where(pages.c.canonical_url == now)).first() is None:
            bind.execute(sa.insert(pages).values({**owed._mapping, **_name(now)}))
    own = sa.select(addresses.c.canonical_url)  # pages that are owed under the former form still
    for former in shared:
        gone = pages.c.canonical_url == former
        bind.execute(sa.delete(pages).where(gone, pages.c.canonical_url.not_in(own)))


def downgrade() -> None:
    pass  # the former version knows pages by any address


def _address_now(url, former):
    """Return the form of an address that led to its former one; None where they are the same."""
    from articles.errors import InvalidURLError
    from articles.identity import canonical_url, former_canonical_url

    try:
        now = canonical_url(url)
        return now if now != former and former_canonical_url(url) == former else None
    except InvalidURLError:
        return None


def _name(canonical):
    from articles.identity import article_id

    return {"canonical_url": canonical, "article_id": article_id(canonical)}
