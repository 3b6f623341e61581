-- no-transaction
CREATE INDEX CONCURRENTLY shipments_search_words ON shipments USING gin (search);
