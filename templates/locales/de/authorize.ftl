consent-title = { $application } möchte Ihr Konto verwenden
consent-on-this-device = Eine App auf diesem Gerät
consent-not-you = Nicht Sie?<span class="unseen"> Anderes Konto verwenden</span>
consent-will = { $application } wird Folgendes können
consent-signed-in = Wissen, dass Sie sich angemeldet haben
consent-optional = Sie können außerdem erlauben
consent-deny = Ablehnen
consent-allow = Erlauben
consent-take-back = Sie können dies jederzeit in Ihrem Konto unter den verbundenen Apps zurücknehmen.
consent-openid = Wissen, dass Sie es sind
consent-profile = Ihren Namen und Ihr Bild sehen
consent-email = Ihre E-Mail-Adresse sehen
consent-phone = Ihre Telefonnummer sehen
consent-address = Ihre Postanschrift sehen
consent-offline-access = Zugriff behalten, auch wenn Sie die App nicht benutzen, bis Sie ihn entfernen
consent-roles = Sehen, welche Rollen Sie haben
consent-groups = Sehen, zu welchen Gruppen Sie gehören
consent-other = „{ $scope }“ verwenden
application-unknown = { $application } hat sich hier selbst angemeldet, und niemand hat die App geprüft. Name und Bild hat sie selbst gewählt.
application-policy = Datenschutzerklärung von { $application }
application-terms = Nutzungsbedingungen von { $application }

elsewhere-title = Diese Anmeldung kann hier nicht weitergehen
elsewhere-note = Sie ist schon abgeschlossen, oder sie hat in einem anderen Browser begonnen.
elsewhere-choice = Wenn Sie sich selbst anmelden wollten, beginnen Sie noch einmal. Wenn Ihnen jemand diesen Link geschickt hat, schließen Sie die Seite.
elsewhere-again = Hier neu beginnen
elsewhere-back = Gehen Sie zurück zur App und melden Sie sich von dort aus an.

session-frame = Ist jemand angemeldet?
leave-title = Zurück zur App?
leave-unknown = { $application } hat sich hier selbst angemeldet, und niemand hat die App geprüft. Geh nur weiter, wenn du diese Adresse kennst.
leave-go = Zu dieser Adresse gehen
form-post-title = Zurück zur App
form-post-note = Klicken Sie auf „Weiter“, wenn Sie nicht von selbst zurückgeleitet werden.
form-post-continue = Weiter

refused-title = Diese Anfrage kann nicht angenommen werden
refused-whose = Das muss beheben, wer die App entwickelt, nicht Sie.
refused-why = Eine App hat Sie mit einer fehlerhaften Anfrage hierher geschickt. Wir haben angehalten, damit niemand sonst Ihre Anmeldung erhält.
refused-wrong = Was nicht stimmt
refused-code = Fehler
refused-address = Gesendete Adresse
refused-advice = Gehen Sie zurück zur App, oder nennen Sie denen, die sie gemacht haben, die Kennung.
