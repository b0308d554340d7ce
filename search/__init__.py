"""Search: one promise (`search.engine`), kept by the embedded engine and by Elasticsearch."""
