# What people see of their own account.

account-rooms = Account
# The door to the page of which sessions-title is the heading.
account-devices = Devices
account-overview = Overview
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

security-none-left = No recovery code is left. Make new ones before you need them.
security-few-left = Recovery codes left: { $left }. Make new ones before you need them.
security-check = Security check
security-two-step = Two-step sign-in
security-two-step-on = A stolen password alone opens nothing.
security-two-step-off = Whoever has your password is you. Add a second step.
security-on = On
security-off = Off
security-way-back = A way back
security-way-back-note = Recovery codes work when your phone is gone.
security-left = { $left } of { $made } left
security-app = Authenticator app
security-app-note = A code from an app on your phone, after your password.
security-added = Added { $day }
security-used = Added { $day }, last used { $used }
security-remove = Remove<span class="unseen"> { $what }</span>
security-set-up = Set up<span class="unseen"> an authenticator app</span>
security-codes = Recovery codes
security-codes-renew = Renew<span class="unseen"> recovery codes</span>
security-passkeys = Passkeys
security-passkey-add = Add a passkey
security-passkey-none = None yet
security-passkey-none-note = Sign in with your face, a finger or a PIN, without a password.
security-passkey-synced = Synced
security-passkey-here = This device only
security-passkey-blocked = Blocked
security-passkey-copy = There may be a copy of it: remove it.
security-passkey-rename = Rename<span class="unseen"> { $what }</span>
security-passkey-name = New name
security-passkey-save = Save
passkey-add-what = What a passkey is
passkey-add-note = A key that stays in this device or in your password manager. It opens with your face, your finger or a PIN, and works on this site only, so a copied page cannot ask for it.
passkey-add-name = Name
passkey-add-hint = So that you know it again: “Blue laptop”.
passkey-add-closed = The prompt was closed or timed out, or this device has a passkey already. Try again.
passkey-add-wrong = That did not work, and nothing was added. Try once more.
passkey-add-no-script = This browser runs no scripts, and a passkey needs one.
sessions-end-others = Sign out everywhere else
sessions-from = From { $address }, since { $started }, last seen { $seen }
account-applications = Connected applications
security-title = Security
applications-note = What you have allowed, and to whom. Taking it back ends their access at once.
applications-none = Applications you allow will appear here.
applications-when = Since { $since }, last used { $used }
applications-remove = Remove<span class="unseen"> { $application }</span>
applications-on-device = On a device
account-change = Change<span class="unseen"> { $what }</span>
account-password-note = Choose another whenever you like.

# What happened to an account. $role, $group and $provider are names.
activity-title = Activity
activity-note = { $days ->
    [one] What happened to your account in the last day.
   *[other] What happened to your account in the last { $days } days.
  }
activity-none = Nothing has happened yet.
activity-newest = Newest
activity-older = Older
# Firefox on Linux, from 192.0.2.7
activity-place = { $browser }, from { $address }
activity-created = Your account was made
activity-email = Your e-mail address was changed
activity-password = Your password was changed
activity-profile = Your profile was changed
activity-locked = Your account was locked by an administrator
activity-activated = Your account is open again
activity-document = You accepted a document
activity-passkey-added = A passkey was added
activity-app-added = An authenticator app was set up
activity-passkey-removed = A passkey was removed
activity-app-removed = An authenticator app was removed
activity-code-used = A recovery code was used
activity-codes-renewed = New recovery codes were made
activity-role-given = You were given the role { $role }
activity-role-taken = The role { $role } was taken from you
activity-group-in = You came into the group { $group }
activity-group-out = You were taken out of the group { $group }
activity-signed-in = Signed in
activity-failed = A sign-in failed
activity-blocked = A sign-in was refused after too many tries
activity-unlocked = You were let in again after a lock
activity-signed-out = Signed out
activity-ended = A session was ended
activity-allowed = You allowed an application to use your account
activity-taken-back = You took back what an application was allowed
activity-linked = Your account at { $provider } was linked
activity-unlinked = Your account at { $provider } was unlinked
activity-other = Something else happened

account-other = Use another account
overview-to-do = { $number } to do
overview-safe = Nothing to do: a stolen password alone opens nothing, and you have a way back.
overview-lately = Recent activity
overview-all = See all
overview-passkey = You have a passkey
overview-passkey-note = Your face, a finger or a PIN opens your account.
overview-passkey-do = Add<span class="unseen"> a passkey</span>
overview-two-step = Two-step sign-in is on
overview-two-step-off = Two-step sign-in is off
overview-two-step-do = Set up<span class="unseen"> two-step sign-in</span>
overview-codes = { $left ->
    [0] No recovery codes left
    [one] { $left } recovery code left
   *[other] { $left } recovery codes left
}
overview-codes-few = Make new ones before you need them.
overview-email = Your address is not confirmed
overview-email-note = If it is mistyped, no letter reaches you.
overview-email-do = Confirm<span class="unseen"> your address</span>
