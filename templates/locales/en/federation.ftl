# Other providers. $provider is the name of one, such as Google; $email an address that it named.

linked-title = Linked accounts
linked-note = Other accounts of yours with which you can sign in here.
linked-is = Linked
linked-none = None is linked.
# $since and $used are days.
linked-since = Since { $since }, last used { $used }
# What is unseen is read out: a button must make sense by itself.
linked-unlink = Unlink<span class="unseen"> { $which }</span>
linked-more = Link another
linked-link = Link<span class="unseen"> { $provider }</span>
linked-last = It is your only way to sign in. Add another one, such as a passkey, before you unlink it.
linked-add-passkey = Add a passkey

via-title = Continue with { $provider }
via-note = You sign in there, and come back here.
via-other = Sign in another way
via-again = Try { $provider } again

link-title = Link your { $provider } account
link-asked = There is an account for <strong>{ $email }</strong> here already. If it is yours, sign in to it as you did so far. Then you can add { $provider } as another way in.
link-offered = From now on you can sign in to your account here with { $provider } as <strong>{ $email }</strong>.
link-sign-in = Sign in to your account
link-cancel = Cancel
link-submit = Link { $provider }
link-not-now = Not now

# What happened, and what to do.
via-nobody = You are not signed in
via-silent = { $provider } does not answer at the moment.
via-unusable = What { $provider } answered could not be used.
via-unfinished = You did not finish signing in at { $provider }.
via-unwell = { $provider } has a problem at the moment.
via-asks-first = { $provider } wants to ask you something first.
via-refuses = { $provider } refused our request.
via-lost = This sign-in is over, or it began in another browser.
via-closed = This way to sign in is not offered any more.
via-inactive = This account cannot be signed in to.
via-no-address = { $provider } did not tell us your e-mail address.
via-not-verified = { $provider } has not verified your e-mail address.
via-not-linked = Your { $provider } account is not linked to an account here.
via-try-again = Try again, or sign in another way.
via-try-later = Try again in a minute, or sign in another way.
via-tell = Sign in another way, and tell whoever runs this service.
via-anew = Begin anew from here.
via-other-way = Sign in another way.
via-ask-operator = Ask whoever runs this service.
via-ask-for-account = Ask whoever runs this service for an account.
via-allow-address = Allow it there and try again, or sign in another way.
via-verify-there = Verify it there and try again. If you have an account here, sign in to it, and link the other one from there.
via-link-from-account = If you have an account here, sign in to it, and link the other one from there.

link-nothing = Nothing was linked
link-lost = This is over, or it began in another browser.
link-not-proven = You are signed in to another account than the one that was to be linked, or too long ago.
link-elsewhere = That account is linked to another account here.
link-inactive = This account cannot be changed.
link-begin-anew = Sign out, and begin anew with the right one.
link-unlink-there = Sign in with it, or unlink it there first.

# After signing out here.
left-still = You may still be signed in at { $provider }. Whoever uses this browser next could come back in with it.
left-there = Sign out of { $provider } too
