-- Every answer must be a 200 with as many bytes as asked for.
local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    size, wrong = tonumber(args[1]), 0
end

function response(status, headers, body)
    if status ~= 200 or #body ~= size then wrong = wrong + 1 end
end

function done(summary, latency, requests)
    local e, wrong = summary.errors, 0
    for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
    wrong = wrong + e.connect + e.read + e.write + e.status + e.timeout
    print(string.format("checked %d %d %d", summary.requests, wrong, summary.duration))
end
