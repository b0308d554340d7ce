"""The digest stage: compose a reader's day, render it, mail it once.

`digests.compose.compose` → `digests.render.render` → `digests.deliver.deliver`, or
`digests.mail.write` for files; `digests.settings.DigestSettings` says how.
"""
