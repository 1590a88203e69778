linked-title = Verknüpfte Konten
linked-note = Andere Konten von Ihnen, mit denen Sie sich hier anmelden können.
linked-is = Verknüpft
linked-none = Keines ist verknüpft.
linked-since = Seit { $since }, zuletzt benutzt { $used }
linked-unlink = Trennen<span class="unseen">: { $which }</span>
linked-more = Weiteres verknüpfen
linked-link = Verknüpfen<span class="unseen">: { $provider }</span>
linked-last = Das ist Ihr einziger Weg, sich anzumelden. Fügen Sie einen anderen hinzu, etwa einen Passkey, bevor Sie ihn trennen.
linked-add-passkey = Passkey hinzufügen

via-title = Weiter mit { $provider }
via-note = Sie melden sich dort an und kommen hierher zurück.
via-other = Anders anmelden
via-again = { $provider } noch einmal versuchen

link-title = Ihr Konto bei { $provider } verknüpfen
link-asked = Für <strong>{ $email }</strong> gibt es hier schon ein Konto. Wenn es Ihres ist, melden Sie sich daran an wie bisher. Danach können Sie { $provider } als weiteren Weg hinzufügen.
link-offered = Von jetzt an können Sie sich hier mit { $provider } als <strong>{ $email }</strong> anmelden.
link-sign-in = An Ihrem Konto anmelden
link-cancel = Abbrechen
link-submit = { $provider } verknüpfen
link-not-now = Jetzt nicht

via-nobody = Sie sind nicht angemeldet
via-silent = { $provider } antwortet gerade nicht.
via-unusable = Was { $provider } geantwortet hat, ist nicht zu gebrauchen.
via-unfinished = Sie haben die Anmeldung bei { $provider } nicht abgeschlossen.
via-unwell = { $provider } hat gerade ein Problem.
via-asks-first = { $provider } möchte Sie zuerst etwas fragen.
via-refuses = { $provider } hat unsere Anfrage abgelehnt.
via-lost = Diese Anmeldung ist vorbei, oder sie begann in einem anderen Browser.
via-closed = Dieser Weg zur Anmeldung wird nicht mehr angeboten.
via-inactive = An diesem Konto kann man sich nicht anmelden.
via-no-address = { $provider } hat uns Ihre E-Mail-Adresse nicht genannt.
via-not-verified = { $provider } hat Ihre E-Mail-Adresse nicht bestätigt.
via-not-linked = Ihr Konto bei { $provider } ist mit keinem Konto hier verknüpft.
via-try-again = Versuchen Sie es noch einmal, oder melden Sie sich anders an.
via-try-later = Versuchen Sie es in einer Minute noch einmal, oder melden Sie sich anders an.
via-tell = Melden Sie sich anders an, und sagen Sie denen Bescheid, die diesen Dienst betreiben.
via-anew = Beginnen Sie hier von vorn.
via-other-way = Melden Sie sich anders an.
via-ask-operator = Fragen Sie die, die diesen Dienst betreiben.
via-ask-for-account = Bitten Sie die, die diesen Dienst betreiben, um ein Konto.
via-allow-address = Erlauben Sie es dort und versuchen Sie es noch einmal, oder melden Sie sich anders an.
via-verify-there = Bestätigen Sie sie dort und versuchen Sie es noch einmal. Wenn Sie hier ein Konto haben, melden Sie sich daran an und verknüpfen Sie das andere von dort aus.
via-link-from-account = Wenn Sie hier ein Konto haben, melden Sie sich daran an und verknüpfen Sie das andere von dort aus.

link-nothing = Nichts wurde verknüpft
link-lost = Das ist vorbei, oder es begann in einem anderen Browser.
link-not-proven = Sie sind an einem anderen Konto angemeldet als dem, das verknüpft werden sollte, oder schon zu lange.
link-elsewhere = Jenes Konto ist hier mit einem anderen Konto verknüpft.
link-inactive = Dieses Konto kann nicht geändert werden.
link-begin-anew = Melden Sie sich ab, und beginnen Sie mit dem richtigen von vorn.
link-unlink-there = Melden Sie sich damit an, oder trennen Sie es dort zuerst.

left-still = Bei { $provider } sind Sie vielleicht noch angemeldet. Wer diesen Browser als Nächstes benutzt, könnte damit wieder hereinkommen.
left-there = Auch bei { $provider } abmelden
