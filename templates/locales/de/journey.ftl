register-title = Legen Sie Ihr Konto an
register-email-hint = Wir schicken eine Nachricht, um zu prüfen, dass sie Ihnen gehört.
register-password-hint = Mindestens { $fewest } Zeichen. Ein kurzer Satz ist gut.
register-accept = Ich akzeptiere
register-terms = die Nutzungsbedingungen von { $place }
register-privacy = die Datenschutzerklärung von { $place }
register-have-account = Haben Sie schon ein Konto?
register-no-name = Geben Sie Ihren Namen ein.
register-no-email = Geben Sie eine E-Mail-Adresse ein, wie ada@example.com.
register-not-accepted = Akzeptieren Sie die Dokumente, um fortzufahren.
register-other-domain = Adressen dieser Domain können sich hier nicht registrieren.
journey-too-many = Zu viele Versuche aus Ihrem Netz. Versuchen Sie es in einer Stunde noch einmal.

sent-title = Sehen Sie in Ihre E-Mails
sent-to = Wir haben eine Nachricht an <strong>{ $address }</strong> geschickt. Der Link darin gilt 24 Stunden.
sent-nothing = Nichts da? Sehen Sie im Spam-Ordner nach.
sent-wait = { $seconds ->
    [one] In einer Sekunde können Sie sie noch einmal senden.
   *[other] In { $seconds } Sekunden können Sie sie noch einmal senden.
  }
sent-again = Noch einmal senden
sent-other = Eine andere Adresse verwenden

verify-title = Bestätigen Sie Ihre E-Mail-Adresse
verify-question = Gehört <strong>{ $address }</strong> Ihnen? Dann ist Ihr Konto bereit.
verify-password = Das Passwort, das Sie gewählt haben
verify-why = Sie haben sich in einem anderen Browser registriert. Falls Sie sich nicht registriert haben, schließen Sie diese Seite: Es entsteht kein Konto.
verify-submit = Adresse bestätigen
verify-mismatch = Das ist nicht das Passwort, das Sie bei der Registrierung gewählt haben.
verify-taken = Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich damit an.

forgot-note = Wir schicken Ihnen einen Link, mit dem Sie ein neues wählen.
forgot-no-mail = Dieser Dienst verschickt keine E-Mails. Bitten Sie die Leute, die ihn betreiben, um einen Link für ein neues Passwort.
forgot-submit = Link senden
forgot-back = Zurück zur Anmeldung
forgot-sent = Falls es zu dieser Adresse ein Konto gibt, haben wir einen Link geschickt. Er gilt 30 Minuten.
forgot-other = Eine andere Adresse versuchen

reset-title = Wählen Sie ein neues Passwort
reset-account = Konto
reset-label = Neues Passwort
reset-hint = Mindestens { $fewest } Zeichen. Ein kurzer Satz ist gut. Sie werden überall abgemeldet.
reset-submit = Passwort speichern

link-used = Dieser Link wurde schon benutzt
link-used-note = Jeder Link gilt einmal, und ein neuerer beendet ihn.
link-over = Dieser Link ist abgelaufen
link-over-note = Lassen Sie sich einen neuen schicken.
link-unknown = Dieser Link funktioniert nicht
link-unknown-note = Kopieren Sie ihn ganz, oder lassen Sie sich einen neuen schicken.
link-register = Noch einmal registrieren
link-forgot = Einen neuen Link schicken

breach-too-short = Nehmen Sie mindestens { $min } Zeichen.
breach-too-long = Nehmen Sie höchstens { $max } Zeichen.
breach-far-too-long = Dieses Passwort ist zu lang.
breach-uppercase = Nehmen Sie auch einen Großbuchstaben.
breach-lowercase = Nehmen Sie auch einen Kleinbuchstaben.
breach-digit = Nehmen Sie auch eine Ziffer.
breach-symbol = Nehmen Sie auch ein Zeichen, das weder Buchstabe noch Ziffer ist.
breach-predictable = Nehmen Sie nicht immer dasselbe Zeichen und keine Reihe.
breach-personal = Bilden Sie es nicht aus Ihrem Namen, Ihrer Adresse oder unserem Namen.
breach-weak = Das ist leicht zu erraten. Ein kurzer Satz ist gut.
breach-leaked = Dieses ist aus Datenlecks bekannt. Wählen Sie ein anderes.
breach-reused = Nehmen Sie keines, das Sie schon hatten.

mail-hello = Hallo { $name },
mail-hello-nobody = Hallo,
mail-otherwise = Wenn sich der Knopf nicht öffnen lässt, kopieren Sie diese Adresse:
mail-half-hour = Der Link gilt einmal, 30 Minuten lang.
mail-day = Der Link gilt einmal, 24 Stunden lang.
mail-confirm = Bitte bestätigen Sie, dass diese Adresse Ihnen gehört. Dann ist Ihr Konto bei { $place } bereit.
mail-confirm-end = Das waren nicht Sie? Dann tun Sie nichts; es entsteht kein Konto.
mail-own = Bitte bestätigen Sie, dass diese Adresse Ihre ist: Dann führt sie Sie zurück in Ihr Konto bei { $place }.
mail-known = Sie haben schon ein Konto
mail-known-line = Jemand wollte mit dieser Adresse ein neues Konto bei { $place } anlegen. Es gibt schon eines. Falls Sie das waren, melden Sie sich an, oder wählen Sie dort ein neues Passwort, wenn Sie Ihres vergessen haben.
mail-nothing-changes = Das waren nicht Sie? Dann tun Sie nichts; es ändert sich nichts.
mail-choose = Jemand hat für Ihr Konto bei { $place } ein neues Passwort verlangt.
mail-choose-end = Das waren nicht Sie? Dann tun Sie nichts; Ihr Passwort bleibt, wie es ist.

notice-password = Ihr Passwort wurde geändert
notice-password-line = Das Passwort Ihres Kontos bei { $place } wurde geändert: { $time }.
notice-sign-in = Eine neue Anmeldung bei Ihrem Konto
notice-sign-in-line = Jemand hat sich bei Ihrem Konto bei { $place } angemeldet: { $time }, mit einem bisher unbekannten Browser: { $device }.
notice-email = Ihre E-Mail-Adresse wurde geändert
notice-email-line = Ihr Konto bei { $place } hat jetzt diese Adresse: { $time }.
notice-factor-added = Ein Anmeldeweg ist hinzugekommen
notice-factor-added-line = Ein Weg, sich bei Ihrem Konto bei { $place } anzumelden, ist hinzugekommen: { $factor }, { $time }.
notice-factor-removed = Ein Anmeldeweg wurde entfernt
notice-factor-removed-line = Ein Weg, sich bei Ihrem Konto bei { $place } anzumelden, wurde entfernt: { $factor }, { $time }.
notice-recovery-code = Ein Wiederherstellungscode wurde benutzt
notice-recovery-code-line = { $left ->
    [0] Jemand hat sich am { $time } mit einem Wiederherstellungscode bei Ihrem Konto bei { $place } angemeldet. Es ist keiner mehr übrig.
    [one] Jemand hat sich am { $time } mit einem Wiederherstellungscode bei Ihrem Konto bei { $place } angemeldet. Einer ist noch übrig.
   *[other] Jemand hat sich am { $time } mit einem Wiederherstellungscode bei Ihrem Konto bei { $place } angemeldet. { $left } sind noch übrig.
  }
notice-passkey = Passkey
notice-you = Falls Sie das waren, ist nichts zu tun.
notice-not-you = Das war ich nicht
notice-end = Falls Sie das nicht waren, wählen Sie sofort ein neues Passwort: Das beendet jede Sitzung.

change-title = Passwort ändern
change-present = Bisheriges Passwort
change-hint = Mindestens { $fewest } Zeichen. Ein kurzer Satz ist gut. Sie werden überall sonst abgemeldet.
change-done = Ihr Passwort ist geändert. Sie sind überall sonst abgemeldet.
change-mismatch = Das ist nicht Ihr bisheriges Passwort.
change-too-many = Zu viele Versuche. Versuchen Sie es in einer Stunde noch einmal.

move-title = E-Mail-Adresse ändern
move-label = Neue Adresse
move-submit = Nachricht senden
move-sent = Sehen Sie bei <strong>{ $address }</strong> nach einer Nachricht. Die Adresse ändert sich, wenn Sie den Link darin geöffnet haben.
move-confirm = Bestätigen Sie Ihre neue E-Mail-Adresse
move-confirm-note = Ihr Konto soll <strong>{ $address }</strong> haben.
move-undo = Änderung zurücknehmen
move-undo-note = Ihr Konto bekommt <strong>{ $address }</strong> zurück, und alle werden abgemeldet.
move-taken = Diese Adresse gehört inzwischen zu einem anderen Konto.
mail-move = Bitte bestätigen Sie, dass Ihr Konto bei { $place } diese Adresse haben soll.
mail-left = Ihr Konto bei { $place } hat diese Adresse nicht mehr. Falls Sie das waren, ist nichts zu tun.
mail-left-end = Falls Sie das nicht waren, nehmen Sie die Änderung zurück und wählen Sie ein neues Passwort.
mail-week = Der Link gilt einmal, 7 Tage lang.

invitation-title = Sie sind eingeladen
invitation-note = Wählen Sie ein Passwort für <strong>{ $address }</strong>.
invitation-submit = Einladung annehmen
mail-invite = Sie sind zu { $place } eingeladen
mail-invite-line = Ein Konto bei { $place } ist für Sie bereit. Wählen Sie ein Passwort, um es zu benutzen.
mail-invite-end = Sie wissen nicht, worum es geht? Dann tun Sie nichts; es entsteht kein Konto.
setup-title = Der erste Zugang zur Verwaltung
setup-note = Legen Sie Ihr Konto an. Diese Seite gilt einmal.

unlock-title = Noch einmal versuchen
unlock-note = Sobald Sie den Knopf drücken, können Sie sich in diesem Browser mit Ihrem Passwort anmelden. Wer es anderswo erraten wollte, bleibt ausgesperrt.
unlock-submit = Noch einmal versuchen lassen
mail-locked = Zu viele Versuche, sich bei Ihrem Konto anzumelden
mail-locked-line = Jemand hat mehrmals ein falsches Passwort für Ihr Konto bei { $place } eingegeben; deshalb ist es für eine Weile gesperrt. Wenn Sie es waren, brauchen Sie nicht zu warten.
mail-locked-end = Das waren Sie nicht? Dann tun Sie nichts. Ihr Passwort wurde nicht erraten, und mit einem Passkey oder in einem Browser, den Sie schon benutzt haben, können Sie sich weiter anmelden.
unlock-over = Melden Sie sich an. Falls Sie noch ausgesperrt sind, warten Sie bis zu der Zeit, die die Seite nennt.
