# Signing in and out. $application is the name of an app, $place that of an organisation.

sign-in-title = Sign in
sign-in-for = to continue to <strong>{ $application }</strong>
sign-in-email = E-mail
sign-in-continue = Continue
sign-in-no-email = Enter your e-mail address.
sign-in-once-more = Please try once more.
sign-in-mismatch = That e-mail and password do not match. Check both, and try again.
sign-in-wait = { $seconds ->
    [one] Too many tries. Wait a second, then try again.
   *[other] Too many tries. Wait { $seconds } seconds, then try again.
  }
# $time: 14:35 (UTC), or with the day in front.
sign-in-locked = Too many tries. You can try again at { $time }.
sign-in-no-account = No account yet?
sign-in-create = Create account

password-title = Enter your password
password-who = Signing in as
password-not-you = Not you?
password-label = Password
password-submit = Sign in
password-missing = Enter your password.
password-forgot = Forgot your password?

sign-out-title = Sign out of { $place }?
sign-out-note = You will need your password to come back on this device.
sign-out-submit = Sign out
sign-out-stay = Stay signed in

signed-out-title = You are signed out
signed-out-note = Nobody else can use your account on this device.
signed-out-again = Sign in again

code-missing = Enter the code.
code-wrong = That code did not work. Codes change every 30 seconds; use the newest one. If it goes on, check the clock of your phone.
recovery-wrong = That code did not work. Each works once; try another one.
passkey-wrong = That passkey did not work. Try again, or use another way.

code-title = Enter your code
code-note = from your authenticator app
code-label = 6-digit code
code-hint = For <bdi>{ $email }</bdi>. Codes change every 30 seconds.
code-trust = Do not ask on this device for { $days } days
code-submit = Verify
code-use-app = Use your authenticator app
code-use-recovery = Use a recovery code
code-again = Start again
recovery-title = Enter a recovery code
recovery-note = one of those you saved
recovery-label = Recovery code
recovery-hint = For <bdi>{ $email }</bdi>. Each code works once; dashes do not matter.
confirm-title = Confirm it is you
confirm-note = to change how you sign in
confirm-who = Signed in as
confirm-submit = Confirm
confirm-not-now = Not now
passkey-title = Use your passkey
passkey-note = Your device asks for your face, your finger or a PIN, and tells us only that it was you.
passkey-submit = Use a passkey
passkey-closed = The passkey prompt was closed or timed out. Try again, or use another way.
passkey-no-script = This browser runs no scripts, and a passkey needs one. Use another way.
passkey-other = Use another way
set-up-title = Set up two-step sign-in
set-up-note = Your account needs a second step before you go on.
set-up-app = You need an app on your phone that shows codes, such as the one that came with it or your password manager.
set-up-begin = Set up an authenticator app
set-up-scan = 1. Let your app read this
set-up-picture = The key below, as a picture for your app
set-up-key = Or type this key into it:
set-up-code = 2. Type the code that it shows
set-up-turn-on = Turn on
set-up-go-on = Turn on and continue
codes-title = Your recovery codes
codes-keep = Keep them where you keep your passport
codes-note = Each of them works once, in place of a code from your app. They are shown only now: print this page, or save the file.
codes-save = Save as a file
codes-done = I have saved them
sign-out-asked = { $application } asks for it. Applications that you opened with this sign-in are told.
sign-out-others = Applications that you opened with this sign-in are told.
signed-out-telling = The applications that you used are being told.
signed-out-go-on = Continue

sign-in-or = or
sign-in-with = Continue with { $provider }

sign-in-name = E-mail or username
expired-note = Your password is too old to go on with it.
expired-submit = Save password and continue
documents-title = Something new to accept
documents-note = It has changed since you accepted it. Please read it before you go on.
accounts-title = Choose an account
accounts-go-on = Continue<span class="unseen"> as { $name }</span>
accounts-sign-in = Sign in<span class="unseen"> as { $name }</span>
accounts-other = Use another account
