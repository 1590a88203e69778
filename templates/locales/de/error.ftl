error-bad-request = Diese Anfrage ist nicht zu verstehen
error-bad-request-detail = Die Anfrage ist fehlerhaft.
error-bad-request-advice = Gehen Sie zurück und versuchen Sie es noch einmal.

error-unauthorized = Melden Sie sich zuerst an
error-unauthorized-detail = Dafür muss jemand angemeldet sein oder ein gültiges Token vorliegen.
error-unauthorized-advice = Melden Sie sich an und versuchen Sie es noch einmal.

error-forbidden = Das steht Ihnen nicht offen
error-forbidden-detail = Ihnen fehlt die Berechtigung, die dafür nötig ist.
error-forbidden-advice = Wenn Sie sie brauchen, fragen Sie die Betreiber dieses Dienstes.

error-not-found = Hier ist nichts
error-not-found-detail = Die Adresse führt zu keiner Seite.
error-not-found-advice = Prüfen Sie die Adresse auf Tippfehler, oder gehen Sie zurück und nehmen Sie einen anderen Weg.

error-method-not-allowed = Das geht hier nicht
error-method-not-allowed-detail = Die Adresse gibt es, aber nicht für diese Methode.
error-method-not-allowed-advice = Gehen Sie zurück und versuchen Sie es von der vorigen Seite aus noch einmal.

error-request-timeout = Die Anfrage hat zu lange gedauert
error-request-timeout-detail = Sie ist nicht rechtzeitig vollständig angekommen.
error-request-timeout-advice = Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.

error-content-too-large = Das ist zu groß
error-content-too-large-detail = Die Anfrage enthält mehr, als hier angenommen wird.
error-content-too-large-advice = Senden Sie weniger und versuchen Sie es noch einmal.

error-uri-too-long = Diese Adresse ist zu lang
error-uri-too-long-detail = Die Adresse ist länger, als hier angenommen wird.
error-uri-too-long-advice = Gehen Sie zurück und beginnen Sie in der App von vorn.

error-unsupported-media-type = Dieses Format wird nicht angenommen
error-unsupported-media-type-detail = Die Anfrage hat ein Format, das diese Adresse nicht liest.
error-unsupported-media-type-advice = Gehen Sie zurück und versuchen Sie es noch einmal.

error-misdirected-request = Diese Adresse ist hier nicht eingerichtet
error-misdirected-request-detail = Dieser Server antwortet nicht unter der Adresse, die Sie geöffnet haben.
error-misdirected-request-advice = Prüfen Sie die Adresse, oder fragen Sie die Betreiber dieses Dienstes.

error-unprocessable-content = Etwas an der Anfrage stimmt nicht
error-unprocessable-content-detail = Die Anfrage ist lesbar, aber nicht alles darin ist zu gebrauchen.
error-unprocessable-content-advice = Prüfen Sie Ihre Eingaben und versuchen Sie es noch einmal.

error-too-many-requests = Zu viele Versuche
error-too-many-requests-detail = In kurzer Zeit kamen zu viele Anfragen.
error-too-many-requests-advice = Warten Sie einen Augenblick und versuchen Sie es noch einmal.

error-header-fields-too-large = Die Anfrage ist zu groß
error-header-fields-too-large-detail = Der Browser hat mehr Kopfzeilen gesendet, als angenommen werden.
error-header-fields-too-large-advice = Löschen Sie die Cookies dieser Website und versuchen Sie es noch einmal.

error-internal-error = Hier ist etwas schiefgegangen
error-internal-error-detail = Der Fehler liegt bei uns und ist festgehalten.
error-internal-error-advice = Versuchen Sie es noch einmal. Wenn es dabei bleibt, geben Sie die Kennung an die Betreiber dieses Dienstes weiter.

error-unavailable = Hier ist gerade viel los, oder es wird gewartet
error-unavailable-detail = Die Anfrage konnte eben nicht beantwortet werden.
error-unavailable-advice = Warten Sie einen Augenblick und versuchen Sie es noch einmal.

error-refused = Diese Anfrage wurde abgelehnt
error-refused-detail = Die Anfrage kann nicht beantwortet werden.
error-refused-advice = Gehen Sie zurück und versuchen Sie es noch einmal.

error-cross-site-request = Das steht Ihnen nicht offen
error-cross-site-request-detail = Eine andere Website hat dies gesendet; darum ist nichts geschehen.
error-cross-site-request-advice = Öffnen Sie die Seite hier und senden Sie von dort.

error-causes = Was geschehen ist

wrong-host-answers-at = Dieser Server antwortet unter <code>{ $address }</code>.
wrong-host-check = Prüfen Sie die Adresse, oder fragen Sie, wer sie Ihnen gegeben hat.
wrong-host-go = Zu { $address }
wrong-host-operator = Wenn Sie diesen Server betreiben
wrong-host-set = Setzen Sie <code>server.public_url</code> auf die Adresse, die man eingibt, oder lassen Sie Ihren Proxy den ursprünglichen <code>Host</code> weitergeben. <code>vestibule doctor</code> prüft beides.
wrong-host-set-in = Gesetzt in
