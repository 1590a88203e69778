-- Every answer must be a 200, with as many bytes as asked for, or with these words in it.
-- Arguments: the size or the words; also a form, empty for a GET, and the Authorization header.
local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    size, words, wrong = tonumber(args[1]), args[1], 0
    if args[2] and #args[2] > 0 then
        wrk.method, wrk.body = "POST", args[2]
        wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    end
    wrk.headers["Authorization"] = args[3]
end

function response(status, headers, body)
    local fits = size and #body == size or not size and body:find(words, 1, true)
    if status ~= 200 or not fits then wrong = wrong + 1 end
end

function done(summary, latency, requests)
    local e, wrong = summary.errors, 0
    for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
    wrong = wrong + e.connect + e.read + e.write + e.status + e.timeout
    print(string.format("checked %d %d %d", summary.requests, wrong, summary.duration))
end
