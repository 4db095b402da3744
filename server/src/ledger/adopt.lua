-- Gives this run of Redis an epoch if it has none: after a restart, a failover, a flush or a restored copy nobody can
-- know whether the tail of the ledger survived, so fences and cursors of before must all be older. Idempotent.
--
-- KEYS  1 meta (hash)
-- ARGV  1 known  the newest epoch the caller has seen anywhere
--       2 now    Unix time in seconds
--       3 life   of the project, as the caller knows it; greater in every project made anew under the same id
-- Answer: {run, epoch} | {'removed'} for a life that was deleted, whatever came after it

local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local meta = redis.call('HMGET', KEYS[1], 'run', 'epoch', 'seq', 'removed')
if meta[4] and tonumber(meta[4]) >= tonumber(ARGV[3]) then return { 'removed' } end
if meta[1] == run then return { run, meta[2] } end
local epoch = math.max((tonumber(meta[2]) or 0) + 1, tonumber(ARGV[1]) + 1, tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'run', run, 'epoch', string.format('%.0f', epoch), 'seq', meta[3] or '0')
return { run, string.format('%.0f', epoch) }
