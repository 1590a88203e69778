account-rooms = Konto
# The door to the page of which sessions-title is the heading.
account-devices = Geräte
account-overview = Übersicht
account-title = Ihr Konto
account-signed-in-as = Angemeldet als { $name }
account-sign-out = Abmelden
account-you = Sie
account-name = Name
account-email = E-Mail

sessions-title = Wo Sie angemeldet sind
sessions-only-here = Sie sind nur hier angemeldet.
sessions-since = Seit { $start }, zuletzt gesehen { $seen }
sessions-here = Dieses Gerät
sessions-end = Abmelden<span class="unseen">: { $device }</span>

device-on = { $browser } unter { $system }
device-unknown = Ein Browser

security-none-left = Es ist kein Wiederherstellungscode mehr übrig. Machen Sie neue, bevor Sie sie brauchen.
security-few-left = Übrige Wiederherstellungscodes: { $left }. Machen Sie neue, bevor Sie sie brauchen.
security-check = Sicherheitsprüfung
security-two-step = Anmeldung in zwei Schritten
security-two-step-on = Ein gestohlenes Passwort allein öffnet nichts.
security-two-step-off = Wer Ihr Passwort hat, ist Sie. Fügen Sie einen zweiten Schritt hinzu.
security-on = An
security-off = Aus
security-way-back = Ein Weg zurück
security-way-back-note = Wiederherstellungscodes gelten, wenn Ihr Telefon weg ist.
security-left = { $left } von { $made } übrig
security-app = Authenticator-App
security-app-note = Ein Code aus einer App auf Ihrem Telefon, nach Ihrem Passwort.
security-added = Hinzugefügt am { $day }
security-used = Hinzugefügt am { $day }, zuletzt benutzt am { $used }
security-remove = Entfernen<span class="unseen">: { $what }</span>
security-set-up = Einrichten<span class="unseen">: Authenticator-App</span>
security-codes = Wiederherstellungscodes
security-codes-renew = Erneuern<span class="unseen">: Wiederherstellungscodes</span>
security-passkeys = Passkeys
security-passkey-add = Passkey hinzufügen
security-passkey-none = Noch keiner
security-passkey-none-note = Melden Sie sich mit Gesicht, Finger oder PIN an, ohne Passwort.
security-passkey-synced = Synchronisiert
security-passkey-here = Nur dieses Gerät
security-passkey-blocked = Gesperrt
security-passkey-copy = Es gibt vielleicht eine Kopie davon: Entfernen Sie ihn.
security-passkey-rename = Umbenennen<span class="unseen">: { $what }</span>
security-passkey-name = Neuer Name
security-passkey-save = Speichern
passkey-add-what = Was ein Passkey ist
passkey-add-note = Ein Schlüssel, der in diesem Gerät oder in Ihrem Passwortmanager bleibt. Er öffnet sich mit Gesicht, Finger oder PIN und gilt nur auf dieser Seite, so dass keine nachgemachte nach ihm fragen kann.
passkey-add-name = Name
passkey-add-hint = Damit Sie ihn wiedererkennen: „Blauer Laptop“.
passkey-add-closed = Die Abfrage wurde geschlossen oder dauerte zu lange, oder dieses Gerät hat schon einen Passkey. Versuchen Sie es noch einmal.
passkey-add-wrong = Das ging nicht, und es wurde nichts hinzugefügt. Versuchen Sie es noch einmal.
passkey-add-no-script = Dieser Browser führt keine Skripte aus, und ein Passkey braucht eines.
sessions-end-others = Überall sonst abmelden
sessions-from = Von { $address }, seit { $started }, zuletzt gesehen { $seen }
account-applications = Verbundene Anwendungen
security-title = Sicherheit
applications-note = Was Sie wem erlaubt haben. Nehmen Sie es zurück, endet der Zugriff sofort.
applications-none = Anwendungen, denen Sie etwas erlauben, stehen dann hier.
applications-when = Seit { $since }, zuletzt benutzt { $used }
applications-remove = Entfernen<span class="unseen">: { $application }</span>
applications-on-device = Auf einem Gerät
account-change = Ändern<span class="unseen">: { $what }</span>
account-password-note = Sie können jederzeit ein anderes wählen.

activity-title = Aktivität
activity-note = { $days ->
    [one] Was mit Ihrem Konto am letzten Tag geschah.
   *[other] Was mit Ihrem Konto in den letzten { $days } Tagen geschah.
  }
activity-none = Noch ist nichts geschehen.
activity-newest = Neueste
activity-older = Ältere
activity-place = { $browser }, von { $address }
activity-created = Ihr Konto wurde angelegt
activity-email = Ihre E-Mail-Adresse wurde geändert
activity-password = Ihr Passwort wurde geändert
activity-profile = Ihr Profil wurde geändert
activity-locked = Ihr Konto wurde von der Verwaltung gesperrt
activity-activated = Ihr Konto ist wieder offen
activity-document = Sie haben ein Dokument akzeptiert
activity-passkey-added = Ein Passkey ist hinzugekommen
activity-app-added = Eine Authenticator-App wurde eingerichtet
activity-passkey-removed = Ein Passkey wurde entfernt
activity-app-removed = Eine Authenticator-App wurde entfernt
activity-code-used = Ein Wiederherstellungscode wurde benutzt
activity-codes-renewed = Neue Wiederherstellungscodes wurden erstellt
activity-role-given = Sie haben die Rolle { $role } bekommen
activity-role-taken = Die Rolle { $role } wurde Ihnen genommen
activity-group-in = Sie gehören jetzt zur Gruppe { $group }
activity-group-out = Sie gehören nicht mehr zur Gruppe { $group }
activity-signed-in = Angemeldet
activity-failed = Eine Anmeldung ist fehlgeschlagen
activity-blocked = Eine Anmeldung wurde nach zu vielen Versuchen abgewiesen
activity-unlocked = Sie wurden nach einer Sperre wieder eingelassen
activity-signed-out = Abgemeldet
activity-ended = Eine Sitzung wurde beendet
activity-allowed = Sie haben einer Anwendung erlaubt, Ihr Konto zu nutzen
activity-taken-back = Sie haben zurückgenommen, was eine Anwendung durfte
activity-linked = Ihr Konto bei { $provider } wurde verknüpft
activity-unlinked = Die Verknüpfung mit Ihrem Konto bei { $provider } wurde gelöst
activity-other = Etwas anderes ist geschehen

account-other = Anderes Konto verwenden
overview-to-do = { $number } zu tun
overview-safe = Nichts zu tun: Ein gestohlenes Passwort allein öffnet nichts, und Sie haben einen Weg zurück.
overview-lately = Letzte Aktivität
overview-all = Alles ansehen
overview-passkey = Sie haben einen Passkey
overview-passkey-note = Ihr Gesicht, ein Finger oder eine PIN öffnet Ihr Konto.
overview-passkey-do = Hinzufügen<span class="unseen">: Passkey</span>
overview-two-step = Die Anmeldung in zwei Schritten ist an
overview-two-step-off = Die Anmeldung in zwei Schritten ist aus
overview-two-step-do = Einrichten<span class="unseen">: Anmeldung in zwei Schritten</span>
overview-codes = { $left ->
    [0] Kein Wiederherstellungscode übrig
    [one] { $left } Wiederherstellungscode übrig
   *[other] { $left } Wiederherstellungscodes übrig
}
overview-codes-few = Machen Sie neue, bevor Sie sie brauchen.
overview-email = Ihre Adresse ist nicht bestätigt
overview-email-note = Ist sie vertippt, erreicht Sie kein Brief.
overview-email-do = Bestätigen<span class="unseen">: Ihre Adresse</span>
