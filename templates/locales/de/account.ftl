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
