-- Appends one batch to the ledger of a project if the ledger is still where the batch was decided. The only script that
-- writes records. First the checks, then only calls that cannot fail: an error in a script does not roll back what it wrote.
--
-- KEYS  1 meta (hash)  2 rec (hash)  3 log (stream)  4 turn (id of a node, for milliseconds)
-- ARGV  1 run       the run id of the Redis the caller adopted
--       2 epoch     the epoch the caller knows
--       3 base      the seq the batch was decided on
--       4 to        the seq after the batch; equal to base for a barrier, which writes nothing
--       5 node      id of the caller's process
--       6 batch     id of the batch
--       7 clock     ledger clock of the newest transaction
--       8 asks      '1' when the caller asks for the turn in case of a conflict
--       9 keep      bytes of log entries to keep
--      10 window    clock milliseconds for which an entry is kept however many bytes there are
--      11 entry     the log entry, JSON
--      12 message   what other nodes are told, JSON without the entry
--      13 peers     how many channels follow
--      14 sets      how many field/value pairs follow (record key, record JSON)
--      15 …         the channels, then the pairs, then the fields to remove
-- Answer: {'ok'} | {'conflict', '1' if there are more, missed entry …} (oldest first) | {'wait'} | {'epoch'}

local CHUNK = 500
local MISSED, MISSED_BYTES = 8, 1000000
-- A lost turn ends by itself. The only TTL of the ledger: it follows the wall clock, but nothing is wrong without a turn.
local TURN_MS = 50
local TELL_BYTES = 65536
local TRIM_AT_ONCE = 16

local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local meta = redis.call('HMGET', KEYS[1], 'run', 'epoch', 'seq', 'n:' .. ARGV[5], 'bytes', 'keepUntil')
if run ~= ARGV[1] or meta[1] ~= run or meta[2] ~= ARGV[2] then return { 'epoch' } end
if meta[4] == ARGV[6] then return { 'ok' } end

local turn = redis.call('GET', KEYS[4])
if turn then
  -- A longer time than is ever given: the wall clock was set back meanwhile.
  local left = redis.call('PTTL', KEYS[4])
  if left < 0 or left > TURN_MS then turn = false end
end

if meta[3] ~= ARGV[3] then
  if ARGV[8] == '1' and not turn then redis.call('SET', KEYS[4], ARGV[5], 'PX', TURN_MS) end
  local missed = redis.call('XRANGE', KEYS[3], '(' .. ARGV[2] .. '-' .. ARGV[3], '+', 'COUNT', MISSED + 1)
  local answer, bytes = { 'conflict', '' }, 0
  for i, entry in ipairs(missed) do
    bytes = bytes + #entry[2][2]
    if i > MISSED or bytes > MISSED_BYTES then
      answer[2] = '1'
      break
    end
    answer[i + 2] = entry[2][2]
  end
  return answer
end

local mine = turn == ARGV[5]
if mine and ARGV[4] == ARGV[3] then redis.call('DEL', KEYS[4]) end
if ARGV[4] == ARGV[3] then return { 'ok' } end
if turn and not mine then return { 'wait' } end

local clock, keep, window = tonumber(ARGV[7]), tonumber(ARGV[9]), tonumber(ARGV[10])
local peers, sets = tonumber(ARGV[13]), tonumber(ARGV[14])
if not (clock and keep and window and peers and sets) or #ARGV < 14 + peers + 2 * sets then
  return redis.error_reply('SIGNALBOX arguments')
end
local first = 15 + peers
local removes = first + 2 * sets

for from = first, removes - 1, 2 * CHUNK do
  redis.call('HSET', KEYS[2], unpack(ARGV, from, math.min(from + 2 * CHUNK - 1, removes - 1)))
end
for from = removes, #ARGV, CHUNK do
  redis.call('HDEL', KEYS[2], unpack(ARGV, from, math.min(from + CHUNK - 1, #ARGV)))
end
redis.call('XADD', KEYS[3], ARGV[2] .. '-' .. ARGV[4], 'e', ARGV[11], 'c', ARGV[7])

-- The log's size is counted here, so that it is right whichever node wrote what, and after any restart.
local bytes, keepUntil = (tonumber(meta[5]) or 0) + #ARGV[11], tonumber(meta[6]) or 0
for _ = 1, TRIM_AT_ONCE do
  if bytes <= keep or clock <= keepUntil then break end
  local oldest = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1]
  keepUntil = (tonumber(oldest[2][4]) or 0) + window
  if clock <= keepUntil then
    redis.call('HSET', KEYS[1], 'keepUntil', string.format('%.0f', keepUntil))
    break
  end
  redis.call('XDEL', KEYS[3], oldest[1])
  bytes = bytes - #oldest[2][2]
end
redis.call('HSET', KEYS[1], 'seq', ARGV[4], 'clock', ARGV[7], 'n:' .. ARGV[5], ARGV[6],
  'bytes', string.format('%.0f', bytes))
if mine then redis.call('DEL', KEYS[4]) end

-- Told or not, it is written: a Redis that allows no PUBLISH only makes the others ask.
if peers > 0 then
  local message = ARGV[12]
  if #ARGV[11] <= TELL_BYTES then message = '{"entry":' .. ARGV[11] .. ',' .. string.sub(message, 2) end
  for i = 15, first - 1 do redis.pcall('PUBLISH', ARGV[i], message) end
end
return { 'ok' }
