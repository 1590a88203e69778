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
sign-in-no-account = Noch kein Konto?
sign-in-create = Konto anlegen

password-title = Geben Sie Ihr Passwort ein
password-who = Anmelden als
password-not-you = Nicht Sie?
password-label = Passwort
password-submit = Anmelden
password-missing = Geben Sie Ihr Passwort ein.
password-forgot = Passwort vergessen?

sign-out-title = Bei { $place } abmelden?
sign-out-note = Um auf diesem Gerät zurückzukommen, brauchen Sie Ihr Passwort.
sign-out-submit = Abmelden
sign-out-stay = Angemeldet bleiben

signed-out-title = Sie sind abgemeldet
signed-out-note = Niemand sonst kann Ihr Konto auf diesem Gerät benutzen.
signed-out-again = Wieder anmelden

code-missing = Geben Sie den Code ein.
code-wrong = Dieser Code gilt nicht. Codes wechseln alle 30 Sekunden; nehmen Sie den neuesten. Hilft das nicht, prüfen Sie die Uhr Ihres Telefons.
recovery-wrong = Dieser Code gilt nicht. Jeder gilt einmal; nehmen Sie einen anderen.
passkey-wrong = Dieser Passkey gilt nicht. Versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.

code-title = Geben Sie Ihren Code ein
code-note = aus Ihrer Authenticator-App
code-label = 6-stelliger Code
code-hint = Für <bdi>{ $email }</bdi>. Codes wechseln alle 30 Sekunden.
code-trust = Auf diesem Gerät { $days } Tage lang nicht fragen
code-submit = Prüfen
code-use-app = Authenticator-App verwenden
code-use-recovery = Wiederherstellungscode verwenden
code-again = Von vorn beginnen
recovery-title = Geben Sie einen Wiederherstellungscode ein
recovery-note = einen von denen, die Sie aufbewahrt haben
recovery-label = Wiederherstellungscode
recovery-hint = Für <bdi>{ $email }</bdi>. Jeder Code gilt einmal; Striche sind gleichgültig.
confirm-title = Bestätigen Sie, dass Sie es sind
confirm-note = um zu ändern, wie Sie sich anmelden
confirm-who = Angemeldet als
confirm-submit = Bestätigen
confirm-not-now = Nicht jetzt
passkey-title = Verwenden Sie Ihren Passkey
passkey-note = Ihr Gerät fragt nach Gesicht, Finger oder PIN und sagt uns nur, dass Sie es waren.
passkey-submit = Passkey verwenden
passkey-closed = Die Abfrage des Passkeys wurde geschlossen oder dauerte zu lange. Versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.
passkey-no-script = Dieser Browser führt keine Skripte aus, und ein Passkey braucht eines. Nehmen Sie einen anderen Weg.
passkey-other = Anderen Weg nehmen
set-up-title = Anmeldung in zwei Schritten einrichten
set-up-note = Ihr Konto braucht einen zweiten Schritt, bevor es weitergeht.
set-up-app = Sie brauchen eine App auf Ihrem Telefon, die Codes zeigt, etwa die mitgelieferte oder Ihren Passwortmanager.
set-up-begin = Authenticator-App einrichten
set-up-scan = 1. Lassen Sie Ihre App dies lesen
set-up-picture = Der Schlüssel unten, als Bild für Ihre App
set-up-key = Oder geben Sie diesen Schlüssel ein:
set-up-code = 2. Geben Sie den Code ein, den sie zeigt
set-up-turn-on = Einschalten
set-up-go-on = Einschalten und weiter
codes-title = Ihre Wiederherstellungscodes
codes-keep = Bewahren Sie sie dort auf, wo Ihr Pass liegt
codes-note = Jeder gilt einmal, anstelle eines Codes aus Ihrer App. Sie werden nur jetzt gezeigt: Drucken Sie diese Seite, oder speichern Sie die Datei.
codes-save = Als Datei speichern
codes-done = Ich habe sie aufbewahrt
sign-out-asked = { $application } bittet darum. Anwendungen, die Sie mit dieser Anmeldung geöffnet haben, erfahren davon.
sign-out-others = Anwendungen, die Sie mit dieser Anmeldung geöffnet haben, erfahren davon.
signed-out-telling = Die Anwendungen, die Sie benutzt haben, erfahren gerade davon.
signed-out-go-on = Weiter

sign-in-or = oder
sign-in-with = Weiter mit { $provider }

sign-in-name = E-Mail oder Benutzername
expired-note = Ihr Passwort ist zu alt, um damit weiterzumachen.
expired-submit = Passwort speichern und weiter
documents-title = Bitte akzeptieren Sie etwas Neues
documents-note = Es hat sich geändert, seit Sie es akzeptiert haben. Bitte lesen Sie es, bevor Sie weitermachen.
accounts-title = Wählen Sie ein Konto
accounts-go-on = Weiter<span class="unseen"> als { $name }</span>
accounts-sign-in = Anmelden<span class="unseen"> als { $name }</span>
accounts-other = Ein anderes Konto verwenden
