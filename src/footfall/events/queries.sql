-- name: timeline
-- Newest first; {spans} is one condition per stretch of a visitor's life.
SELECT event, at, body FROM timeline
WHERE account = {account:UInt32} AND ({spans}) AND (at, event) < ({at:Int64}, {event:UInt64})
ORDER BY at DESC, event DESC LIMIT {limit:UInt32}

-- name: find_event
SELECT body FROM timeline
WHERE account = {account:UInt32} AND event = {event:UInt64} AND at >= {since:Int64} ORDER BY at DESC LIMIT 10

-- name: summary
-- What a contact did, bodies unread.
SELECT countIf(kind = 'page'), uniqExactIf((visitor, visit), visit != 0), sum(engaged), min(at), max(at),
    countIf(kind = 'purchase'), sumIf(value, kind = 'purchase')
FROM timeline WHERE account = {account:UInt32} AND ({spans})

-- name: totals
-- Server-side events have visit 0: they are nobody's visit, but their purchases count.
-- The last number is of bounces: visits that saw one page and then ended.
SELECT uniqExactIf(visitor, visit != 0), sum(entries), sum(pages), sum(purchases), sum(spent),
    sum(engaged), countIf(visit != 0 AND entries > 0 AND pages = 1)
FROM (
    SELECT visitor, visit, sum(is_entry) AS entries, countIf(kind = 'page') AS pages,
        countIf(kind = 'purchase') AS purchases, sumIf(value, kind = 'purchase') AS spent,
        sum(hits.engaged) AS engaged
    FROM hits
    WHERE account = {account:UInt32} AND at >= {from:Int64} AND at < {to:Int64}
        AND is_bot = 0 AND (site = {site:String} OR {site:String} = '')
    GROUP BY visitor, visit
)

-- name: series
SELECT toString({bucket}(fromUnixTimestamp64Milli(at, {zone:String}))) AS bucket,
    uniqExactIf(visitor, visit != 0), sum(is_entry), countIf(kind = 'page'),
    countIf(kind = 'purchase'), sumIf(value, kind = 'purchase')
FROM hits
WHERE account = {account:UInt32} AND at >= {from:Int64} AND at < {to:Int64}
    AND is_bot = 0 AND (site = {site:String} OR {site:String} = '')
GROUP BY bucket ORDER BY bucket

-- name: top
SELECT {dimension} AS name, uniqExact(visitor) AS visitors, sum(is_entry), countIf(kind = 'page')
FROM hits
WHERE account = {account:UInt32} AND at >= {from:Int64} AND at < {to:Int64} AND visit != 0
    AND is_bot = 0 AND (site = {site:String} OR {site:String} = '') AND {condition}
GROUP BY name ORDER BY visitors DESC, name LIMIT {limit:UInt32}

-- name: behind
SELECT visitor FROM hits
WHERE account = {account:UInt32} AND at >= {from:Int64} AND at < {to:Int64} AND visit != 0
    AND is_bot = 0 AND (site = {site:String} OR {site:String} = '')
    AND {dimension} = {value:String} AND {condition}
GROUP BY visitor ORDER BY max(at) DESC, visitor LIMIT {limit:UInt32}

-- name: one_each
-- The numbers keep a visitor only as a key; one event of each tells its id.
SELECT visitor, body FROM timeline
WHERE account = {account:UInt32} AND visitor IN ({visitors}) LIMIT 1 BY visitor

-- name: size
SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts
WHERE active AND database = currentDatabase() GROUP BY table
