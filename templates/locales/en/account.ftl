# What people see of their own account.

account-title = Your account
account-signed-in-as = Signed in as { $name }
account-sign-out = Sign out
account-you = You
account-name = Name
account-email = E-mail

sessions-title = Where you are signed in
sessions-only-here = You are signed in only here.
# $start and $seen: 21 November 2026, 14:35 (UTC)
sessions-since = Since { $start }, last seen { $seen }
sessions-here = This device
# For screen readers; they hear on which device this button acts.
sessions-end = Sign out<span class="unseen"> { $device }</span>

# Firefox on Linux
device-on = { $browser } on { $system }
device-unknown = A browser
