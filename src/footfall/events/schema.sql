-- Hits are scanned over a stretch of time for numbers, so what is read whole is quick to unpack
-- (Delta and LZ4: half the time of DoubleDelta and ZSTD for one byte an event). They lie by kind,
-- and those that began a visit together: visitors, sources and places are counted over one row
-- for each visit, page views and purchases over their own rows.
-- The timeline is read for a few visitors, so its granules are small; by_event is for those who
-- know an event's id and not its visitor.
-- {engine} is MergeTree() on one machine; a cluster puts its replicated engine there. Times are
-- epoch milliseconds, UTC.
-- deduplication: a token may be repeated as long as fewer than this many inserts came after.
-- fsync: the worker moves on after an insert, so a power cut must not take it back. Merged parts
-- need none: what they were made of is kept for minutes.

CREATE TABLE IF NOT EXISTS hits (
    account UInt32 CODEC(ZSTD(1)),
    at Int64 CODEC(Delta, LZ4),
    visitor UInt64 CODEC(LZ4),
    visit UInt32 CODEC(ZSTD(1)),
    is_entry UInt8 CODEC(ZSTD(1)),
    is_bot UInt8 CODEC(ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    site LowCardinality(String) CODEC(ZSTD(1)),
    page LowCardinality(String) CODEC(ZSTD(1)),
    channel LowCardinality(String) CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    campaign LowCardinality(String) CODEC(ZSTD(1)),
    term String CODEC(ZSTD(1)),
    country LowCardinality(String) CODEC(ZSTD(1)),
    city LowCardinality(String) CODEC(ZSTD(1)),
    company LowCardinality(String) CODEC(ZSTD(1)),
    device LowCardinality(String) CODEC(ZSTD(1)),
    browser LowCardinality(String) CODEC(ZSTD(1)),
    system LowCardinality(String) CODEC(ZSTD(1)),
    engaged UInt32 CODEC(ZSTD(1)),
    value Float64 CODEC(ZSTD(1))
) ENGINE = {engine}
PARTITION BY toYear(fromUnixTimestamp64Milli(at, 'UTC'))
ORDER BY (account, kind, is_entry, at)
SETTINGS non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS timeline (
    account UInt32 CODEC(ZSTD(1)),
    visitor UInt64 CODEC(ZSTD(1)),
    at Int64 CODEC(DoubleDelta, ZSTD(1)),
    event UInt64 CODEC(ZSTD(1)),
    visit UInt32 CODEC(ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    engaged UInt32 CODEC(ZSTD(1)),
    value Float64 CODEC(ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX by_event event TYPE bloom_filter(0.01) GRANULARITY 16
) ENGINE = {engine}
PARTITION BY toYear(fromUnixTimestamp64Milli(at, 'UTC'))
ORDER BY (account, visitor, at)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 256,
    fsync_after_insert = 1, fsync_part_directory = 1;
