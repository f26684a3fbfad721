-- wrk's part of the load: asks for the paths of a file, one after the other, and prints what came of it as one line of JSON.
-- wrk ... -s load.lua URL -- FILE FIRST [HEADER VALUE]

local paths, headers, next_path = {}, {}, 0

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  next_path = tonumber(args[2])
  if args[3] then headers[args[3]] = args[4] end
end

function request()
  local path = paths[next_path % #paths + 1]
  next_path = next_path + 1
  return wrk.format("GET", path, headers)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p95_ms": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(95) / 1000,
    e.status, e.connect + e.read + e.write + e.timeout))
end
