# What an app asks for, and what it may have. $application is its name.

consent-title = { $application } wants to use your account
consent-on-this-device = An application on this device
# For screen readers the rest of the sentence.
consent-not-you = Not you?<span class="unseen"> Use another account</span>
# Before a list: "Photos will be able to" – "See your name and picture".
consent-will = { $application } will be able to
consent-signed-in = Know that you signed in
consent-optional = You can also allow
consent-deny = Deny
consent-allow = Allow
consent-take-back = You can take this back at any time under your account, connected applications.
consent-openid = Know that it is you
consent-profile = See your name and picture
consent-email = See your e-mail address
consent-phone = See your phone number
consent-address = See your postal address
consent-offline-access = Keep access when you are not using it, until you remove it
consent-roles = See which roles you have
consent-groups = See which groups you belong to
# $scope is a technical name that no catalogue knows.
consent-other = Use “{ $scope }”
application-unknown = { $application } registered itself here, and nobody has looked at it. It chose its name and its picture itself.
application-policy = Privacy policy of { $application }
application-terms = Terms of { $application }

elsewhere-title = This sign-in cannot go on here
elsewhere-note = It was finished already, or it began in another browser.
elsewhere-choice = If you came here to sign in yourself, start again. If somebody sent you this link, close the page.
elsewhere-again = Start again here
elsewhere-back = Go back to the application and sign in from there.

session-frame = Is somebody signed in?
leave-title = Go back to the application?
leave-unknown = { $application } registered itself here, and nobody has looked at it. Go on only if you know this address.
leave-go = Go to this address
form-post-title = Back to the application
form-post-note = Continue if you are not sent back by yourself.
form-post-continue = Continue

refused-title = This request cannot be accepted
refused-whose = This is for the application’s developer to fix, not for you.
refused-why = An application sent you here with a request that is not right. We stopped, so that nobody else can receive your sign-in.
refused-wrong = What is wrong
refused-code = Error
refused-address = Address sent
refused-advice = Go back to the application, or tell the people who made it, with the reference.
