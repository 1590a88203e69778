# An account of one's own: registration, letters, links, passwords. $place is the name of an organisation, $address an e-mail address.

register-title = Create your account
register-email-hint = We send one message to check that it is yours.
register-password-hint = At least { $fewest } characters. A short sentence is good.
register-accept = I accept
register-terms = the terms of { $place }
register-privacy = the privacy notice of { $place }
register-have-account = Have an account?
register-no-name = Enter your name.
register-no-email = Enter an e-mail address, as in ada@example.com.
register-not-accepted = Accept the documents to go on.
register-other-domain = Addresses of this domain cannot register here.
journey-too-many = Too many tries from your network. Try again in an hour.

sent-title = Check your mail
sent-to = We sent a letter to <strong>{ $address }</strong>. The link in it works for 24 hours.
sent-nothing = Nothing there? Look among the unwanted mail.
sent-wait = { $seconds ->
    [one] You can send it again in a second.
   *[other] You can send it again in { $seconds } seconds.
  }
sent-again = Send again
sent-other = Use another address

verify-title = Confirm your e-mail address
verify-question = Is <strong>{ $address }</strong> yours? Then your account is ready.
verify-password = The password you chose
verify-why = You registered in another browser. If you did not register, close this page: no account will be made.
verify-submit = Confirm address
verify-mismatch = That is not the password you chose when you registered.
verify-taken = This address has an account already. Sign in with it.

forgot-note = We send you a link to choose a new one.
forgot-no-mail = This service sends no mail. Ask the people who run it for a link to choose a new one.
forgot-submit = Send link
forgot-back = Back to sign-in
forgot-sent = If an account uses that address, we have sent a link. It works for 30 minutes.
forgot-other = Try another address

reset-title = Choose a new password
reset-account = Account
reset-label = New password
reset-hint = At least { $fewest } characters. A short sentence is good. You will be signed out everywhere.
reset-submit = Save password

link-used = This link has been used
link-used-note = Each link works once, and a newer one ends it.
link-over = This link has expired
link-over-note = Send a new one.
link-unknown = This link does not work
link-unknown-note = Copy all of it, or send a new one.
link-register = Register again
link-forgot = Send a new link

breach-too-short = Use at least { $min } characters.
breach-too-long = Use at most { $max } characters.
breach-far-too-long = That password is too long.
breach-uppercase = Use a capital letter, too.
breach-lowercase = Use a small letter, too.
breach-digit = Use a digit, too.
breach-symbol = Use a character that is no letter and no digit.
breach-predictable = Do not use one character over and over, or a sequence.
breach-personal = Do not make it of your name, your address or ours.
breach-weak = This is easy to guess. A short sentence is good.
breach-leaked = This one is known from leaks. Choose another.
breach-reused = Do not use a password that you had before.

# Letters. $time is a day and an hour.

mail-hello = Hello { $name },
mail-hello-nobody = Hello,
mail-otherwise = If the button does not open, copy this address:
mail-half-hour = The link works once, for 30 minutes.
mail-day = The link works once, for 24 hours.
mail-confirm = Please confirm that this address is yours. Then your { $place } account is ready.
mail-confirm-end = You did not ask for this? Then do nothing; no account will be made.
mail-own = Please confirm that this address is yours, so that it can bring you back into your { $place } account.
mail-known = You already have an account
mail-known-line = Somebody asked for a new { $place } account with this address. There is one already. If it was you, sign in, or choose a new password there if you have forgotten yours.
mail-nothing-changes = You did not ask for this? Then do nothing; nothing will change.
mail-choose = Somebody asked for a new password for your { $place } account.
mail-choose-end = You did not ask for this? Then do nothing; your password stays as it is.

notice-password = Your password was changed
notice-password-line = The password of your { $place } account was changed on { $time }.
notice-sign-in = A new sign-in to your account
notice-sign-in-line = Somebody signed in to your { $place } account on { $time }, with a browser that was not seen before: { $device }.
notice-email = Your e-mail address was changed
notice-email-line = Your { $place } account has this address since { $time }.
notice-factor-added = A way to sign in was added
notice-factor-added-line = A way to sign in to your { $place } account was added on { $time }: { $factor }.
notice-factor-removed = A way to sign in was removed
notice-factor-removed-line = A way to sign in to your { $place } account was removed on { $time }: { $factor }.
notice-recovery-code = A recovery code was used
notice-recovery-code-line = { $left ->
    [0] Somebody signed in to your { $place } account on { $time } with a recovery code. None is left.
    [one] Somebody signed in to your { $place } account on { $time } with a recovery code. One is left.
   *[other] Somebody signed in to your { $place } account on { $time } with a recovery code. { $left } are left.
  }
notice-passkey = Passkey
notice-you = If it was you, there is nothing to do.
notice-not-you = I do not recognise this
notice-end = If it was not you, choose a new password at once: that ends every session.

# For whoever is signed in, invited, or the first.

change-title = Change your password
change-present = Present password
change-hint = At least { $fewest } characters. A short sentence is good. You will be signed out everywhere else.
change-done = Your password is changed. You are signed out everywhere else.
change-mismatch = That is not your present password.
change-too-many = Too many tries. Try again in an hour.

move-title = Change your e-mail address
move-label = New address
move-submit = Send letter
move-sent = Look for a letter at <strong>{ $address }</strong>. The address changes once you have opened the link in it.
move-confirm = Confirm your new e-mail address
move-confirm-note = Your account is to have <strong>{ $address }</strong>.
move-undo = Take the change back
move-undo-note = Your account gets <strong>{ $address }</strong> back, and everybody is signed out.
move-taken = This address belongs to another account by now.
mail-move = Please confirm that your { $place } account is to have this address.
mail-left = Your { $place } account no longer has this address. If it was you, there is nothing to do.
mail-left-end = If it was not you, take the change back and choose a new password.
mail-week = The link works once, for 7 days.

invitation-title = You are invited
invitation-note = Choose a password for <strong>{ $address }</strong>.
invitation-submit = Accept the invitation
mail-invite = You are invited to { $place }
mail-invite-line = An account at { $place } is ready for you. Choose a password to use it.
mail-invite-end = You do not know what this is? Then do nothing; no account will be made.
setup-title = The first administrator
setup-note = Make your account. This page works once.

unlock-title = Try again
unlock-note = You come in from this browser with your password, as soon as you have pressed the button. Whoever guessed it elsewhere stays locked out.
unlock-submit = Let me try again
mail-locked = Too many tries to sign in to your account
mail-locked-line = Somebody typed a wrong password for your { $place } account several times, so it is locked for a while. If it was you, you need not wait.
mail-locked-end = It was not you? Then do nothing. Your password was not guessed, and you can still come in with a passkey, or from a browser you have used before.
unlock-over = Sign in. If you are still locked out, wait until the time that the page names.
