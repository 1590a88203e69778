# How points in time are written. $time is "14:35"; nobody's time zone is known, so it is UTC and says so.

time-date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
  } { $year }
time-clock = { $time } (UTC)
time-moment = { $date }, { $time } (UTC)
