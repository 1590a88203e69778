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

password-title = Enter your password
password-who = Signing in as
password-not-you = Not you?
password-label = Password
password-submit = Sign in
password-missing = Enter your password.

sign-out-title = Sign out of { $place }?
sign-out-note = You will need your password to come back on this device.
sign-out-submit = Sign out
sign-out-stay = Stay signed in

signed-out-title = You are signed out
signed-out-note = Nobody else can use your account on this device.
signed-out-again = Sign in again
