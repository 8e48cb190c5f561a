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
    countIf(kind = 'purchase'), sumIf(value, kind IN ('purchase', 'correction'))
FROM timeline WHERE account = {account:UInt32} AND ({spans})

-- A visitor belongs to a period when a visit of theirs began in it, so one row for each visit is
-- read: {arrivals} is is_entry = 1. Asked about one site, visits that began on another count too:
-- then {arrivals} is visit != 0, because server-side events (visit 0) are nobody's visit.
-- {people} is the condition named so, in every query.

-- name: people
account = {account:UInt32} AND at >= {from:Int64} AND at < {to:Int64}
    AND is_bot = 0 AND (site = {site:String} OR {site:String} = '')

-- name: visitors
SELECT uniqExact(visitor) FROM hits WHERE {people} AND {arrivals}

-- name: totals
SELECT * FROM
    (SELECT uniqExact(visitor), sum(is_entry) FROM hits WHERE {people} AND {arrivals}) AS arrived,
    (
        SELECT countIf(kind = 'page'), countIf(kind = 'purchase'),
            sumIf(value, kind IN ('purchase', 'correction')), sum(engaged)
        FROM hits WHERE {people}
    ) AS done

-- name: bounces
-- Visits that saw one page and then ended.
SELECT countIf(entries > 0 AND pages = 1)
FROM (
    SELECT sum(is_entry) AS entries, countIf(kind = 'page') AS pages
    FROM hits WHERE {people} AND visit != 0 GROUP BY visitor, visit
)

-- name: series
-- Days and hours begin on a quarter of an hour in every time zone, and a quarter is cheaper told.
SELECT toString(start), sum(visitors), sum(visits), sum(pages), sum(purchases), sum(spent)
FROM (
    SELECT {bucket}(fromUnixTimestamp64Milli(at, {zone:String})) AS start,
        uniqExact(visitor) AS visitors, sum(is_entry) AS visits,
        0 AS pages, 0 AS purchases, 0. AS spent
    FROM hits WHERE {people} AND {arrivals}
    GROUP BY start
    UNION ALL
    SELECT {bucket}(fromUnixTimestamp64Milli(quarter * 900000, {zone:String})), 0, 0, pages, purchases, spent
    FROM (
        SELECT intDiv(at, 900000) AS quarter, countIf(kind = 'page') AS pages,
            countIf(kind = 'purchase') AS purchases, sumIf(value, kind IN ('purchase', 'correction')) AS spent
        FROM hits WHERE {people} AND kind IN ('page', 'purchase', 'correction')
        GROUP BY quarter
    )
)
GROUP BY start ORDER BY start

-- name: top
SELECT name, sum(visitors) AS visitors, sum(visits), sum(pages)
FROM (
    SELECT {dimension} AS name, uniqExact(visitor) AS visitors, sum(is_entry) AS visits, 0 AS pages
    FROM hits WHERE {people} AND {arrivals} AND {condition}
    GROUP BY name
    UNION ALL
    SELECT {dimension} AS name, 0, 0, count()
    FROM hits WHERE {people} AND kind = 'page' AND {condition}
    GROUP BY name
)
GROUP BY name HAVING visitors > 0 ORDER BY visitors DESC, name LIMIT {limit:UInt32}

-- name: top_chosen
-- Where {condition} chooses the rows that are counted, page views among them.
SELECT {dimension} AS name, uniqExact(visitor) AS visitors, sum(is_entry), countIf(kind = 'page')
FROM hits WHERE {people} AND {arrivals} AND {condition}
GROUP BY name ORDER BY visitors DESC, name LIMIT {limit:UInt32}

-- name: behind
SELECT visitor FROM hits WHERE {people} AND {arrivals} AND {dimension} = {value:String} AND {condition}
GROUP BY visitor ORDER BY max(at) DESC, visitor LIMIT {limit:UInt32}

-- name: one_each
-- The numbers keep a visitor only as a key; one event of each tells its id.
SELECT visitor, body FROM timeline
WHERE account = {account:UInt32} AND visitor IN ({visitors}) LIMIT 1 BY visitor

-- name: size
SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts
WHERE active AND database = currentDatabase() GROUP BY table
