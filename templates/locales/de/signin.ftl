sign-in-title = Anmelden
sign-in-for = weiter zu <strong>{ $application }</strong>
sign-in-email = E-Mail
sign-in-continue = Weiter
sign-in-no-email = Geben Sie Ihre E-Mail-Adresse ein.
sign-in-once-more = Bitte versuchen Sie es noch einmal.
sign-in-mismatch = E-Mail und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.
sign-in-wait = { $seconds ->
    [one] Zu viele Versuche. Warten Sie eine Sekunde und versuchen Sie es dann noch einmal.
   *[other] Zu viele Versuche. Warten Sie { $seconds } Sekunden und versuchen Sie es dann noch einmal.
  }
sign-in-locked = Zu viele Versuche. Nächster Versuch möglich: { $time }.

password-title = Geben Sie Ihr Passwort ein
password-who = Anmelden als
password-not-you = Nicht Sie?
password-label = Passwort
password-submit = Anmelden
password-missing = Geben Sie Ihr Passwort ein.

sign-out-title = Bei { $place } abmelden?
sign-out-note = Um auf diesem Gerät zurückzukommen, brauchen Sie Ihr Passwort.
sign-out-submit = Abmelden
sign-out-stay = Angemeldet bleiben

signed-out-title = Sie sind abgemeldet
signed-out-note = Niemand sonst kann Ihr Konto auf diesem Gerät benutzen.
signed-out-again = Wieder anmelden
