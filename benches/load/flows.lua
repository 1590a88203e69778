-- Flows of several requests, each of which leads to the next. A flow counts when its last answer is good.
-- Arguments: what is done, a file of codes or refresh tokens, the Authorization header or client of the form, the cookie.
--   authorize  a browser that is signed in comes for a code; the codes go into the file
--   redeem     the codes of the file become tokens
--   both       a browser comes for a code, and the code becomes tokens
--   refresh    the tokens of the file are renewed, and what comes of them again
local threads = {}
local escape = function(text) return (text:gsub("[^%w%-_%.~]", function(c) return string.format("%%%02X", c:byte()) end)) end

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    what, client, cookie = args[1], args[3], args[4]
    good, wrong, waiting = 0, 0, {}
    if what ~= "both" then file = io.open(args[2], what == "authorize" and "w" or "r") end
    if what == "redeem" or what == "refresh" then
        for line in file:lines() do table.insert(waiting, line) end
    end
    authorize = wrk.format("GET", wrk.path, { ["Cookie"] = cookie })
end

local function post(body)
    local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
    if client:find("Basic ", 1, true) then headers["Authorization"] = client else body = body .. "&client_id=" .. client end
    return wrk.format("POST", "/oauth/token", headers, body)
end

function request()
    local first = table.remove(waiting)
    if what == "refresh" then
        return post("grant_type=refresh_token&refresh_token=" .. first)
    elseif first then
        local redirect = "&redirect_uri=" .. escape("https://app.example/callback")
        local verifier = "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        return post("grant_type=authorization_code&code=" .. first .. redirect .. verifier)
    elseif what == "redeem" then
        wrk.thread:stop() -- all codes are used up
    end
    return authorize
end

function response(status, headers, body)
    local code = status == 303 and (headers["location"] or headers["Location"] or ""):match("[?&]code=([^&]+)")
    if code and what == "authorize" then
        file:write(code, "\n")
        good = good + 1
    elseif code then
        table.insert(waiting, code)
    elseif status == 200 and body:find('"access_token":"', 1, true) then
        good = good + 1
        if what == "refresh" then table.insert(waiting, body:match('"refresh_token":"([^"]+)"')) end
    else
        wrong = wrong + 1
    end
    if file and what == "authorize" then file:flush() end
end

function done(summary, latency, requests)
    local e, good, wrong = summary.errors, 0, 0
    for _, thread in ipairs(threads) do
        good, wrong = good + thread:get("good"), wrong + thread:get("wrong")
    end
    -- A 303 is what a browser is to get; wrk counts no status below 400 as an error.
    wrong = wrong + e.connect + e.read + e.write + e.timeout
    print(string.format("checked %d %d %d", good, wrong, summary.duration))
end
