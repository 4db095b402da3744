-- Appends one batch to the ledger of a project if the ledger is still where the batch was decided. The only script that
-- writes. First the checks, then only calls that cannot fail: an error in a script does not roll back what it wrote.
--
-- KEYS  1 meta (hash)  2 rec (hash)  3 log (stream)
-- ARGV  1 run       the run id of the Redis the caller adopted
--       2 epoch     the epoch the caller knows
--       3 base      the seq the batch was decided on
--       4 to        the seq after the batch; equal to base for a barrier, which writes nothing
--       5 node      id of the caller's process
--       6 batch     id of the batch
--       7 clock     ledger clock of the newest transaction
--       8 minid     the oldest log entry id to keep, or '' to keep all
--       9 entry     the log entry, JSON
--      10 sets      how many field/value pairs follow (record key, record JSON)
--      11 …         the pairs, then the fields to remove
-- Answer: {'ok'} | {'conflict', entry …} (at most 8 missed entries, oldest first) | {'epoch'}

local CHUNK = 500
local MISSED = 8

local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local meta = redis.call('HMGET', KEYS[1], 'run', 'epoch', 'seq', 'n:' .. ARGV[5])
if run ~= ARGV[1] or meta[1] ~= run or meta[2] ~= ARGV[2] then return { 'epoch' } end
if meta[4] == ARGV[6] then return { 'ok' } end
if meta[3] ~= ARGV[3] then
  local answer = { 'conflict' }
  local missed = redis.call('XRANGE', KEYS[3], '(' .. ARGV[2] .. '-' .. ARGV[3], '+', 'COUNT', MISSED)
  for i, entry in ipairs(missed) do answer[i + 1] = entry[2][2] end
  return answer
end
if ARGV[4] == ARGV[3] then return { 'ok' } end

local sets = tonumber(ARGV[10])
local first = 11
local removes = first + 2 * sets
if sets == nil or #ARGV < removes - 1 then return redis.error_reply('SIGNALBOX argument count') end

for from = first, removes - 1, 2 * CHUNK do
  redis.call('HSET', KEYS[2], unpack(ARGV, from, math.min(from + 2 * CHUNK - 1, removes - 1)))
end
for from = removes, #ARGV, CHUNK do
  redis.call('HDEL', KEYS[2], unpack(ARGV, from, math.min(from + CHUNK - 1, #ARGV)))
end
redis.call('XADD', KEYS[3], ARGV[2] .. '-' .. ARGV[4], 'e', ARGV[9])
if ARGV[8] ~= '' then redis.call('XTRIM', KEYS[3], 'MINID', '~', ARGV[8]) end
redis.call('HSET', KEYS[1], 'seq', ARGV[4], 'clock', ARGV[7], 'n:' .. ARGV[5], ARGV[6])
return { 'ok' }
