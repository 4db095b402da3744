-- Deletes the ledger of a removed project and leaves a mark, so that no node that has not heard of it writes the project
-- into being again. What stays of meta: the epoch, below which nobody may write any more, and which life was removed.
--
-- KEYS  1 meta (hash)  2 … whatever else is kept of the project
-- ARGV  1 life  the newest life to delete; a newer one, made under the same id meanwhile, is left alone
-- Answer: 1, or 0 when that life was deleted before

local meta = redis.call('HMGET', KEYS[1], 'epoch', 'removed')
local life = tonumber(ARGV[1])
if not life then return redis.error_reply('SIGNALBOX arguments') end
if meta[2] and tonumber(meta[2]) >= life then return 0 end
redis.call('UNLINK', unpack(KEYS))
redis.call('HSET', KEYS[1], 'epoch', meta[1] or '0', 'removed', ARGV[1])
return 1
