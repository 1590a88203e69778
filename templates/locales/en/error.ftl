# What a page or a problem document says when no capability has words of its own: what happened, what to do.
# The key is the code of the problem. -detail also stands in the JSON that developers read.

error-bad-request = This request cannot be understood
error-bad-request-detail = The request is malformed.
error-bad-request-advice = Go back and try again.

error-unauthorized = Sign in first
error-unauthorized-detail = The request needs a signed-in person or a valid token.
error-unauthorized-advice = Sign in and try again.

error-forbidden = This is not open to you
error-forbidden-detail = You do not have the permission this needs.
error-forbidden-advice = If you need it, ask the people who run this service.

error-not-found = There is nothing here
error-not-found-detail = The address does not lead to a page.
error-not-found-advice = Check it for typing errors, or go back and choose another way.

error-method-not-allowed = This cannot be done here
error-method-not-allowed-detail = The address exists, but not for this method.
error-method-not-allowed-advice = Go back and try again from the page before.

error-request-timeout = The request took too long
error-request-timeout-detail = It did not arrive completely in time.
error-request-timeout-advice = Check your connection and try again.

error-content-too-large = This is too large
error-content-too-large-detail = The request carries more than is accepted here.
error-content-too-large-advice = Send less and try again.

error-uri-too-long = This address is too long
error-uri-too-long-detail = The address is longer than is accepted here.
error-uri-too-long-advice = Go back and start again from the app.

error-unsupported-media-type = This format is not accepted
error-unsupported-media-type-detail = The request is in a format this address does not read.
error-unsupported-media-type-advice = Go back and try again.

error-misdirected-request = This address is not set up here
error-misdirected-request-detail = This server does not answer under the address you opened.
error-misdirected-request-advice = Check the address, or ask the people who run this service.

error-unprocessable-content = Something in the request is not right
error-unprocessable-content-detail = The request can be read, but not all of it can be used.
error-unprocessable-content-advice = Check what you entered and try again.

error-too-many-requests = Too many tries
error-too-many-requests-detail = There have been too many requests in a short time.
error-too-many-requests-advice = Wait a moment and try again.

error-header-fields-too-large = The request is too large
error-header-fields-too-large-detail = The browser sent more header fields than are accepted.
error-header-fields-too-large-advice = Delete the cookies of this site and try again.

error-internal-error = Something went wrong here
error-internal-error-detail = The fault is on our side and has been recorded.
error-internal-error-advice = Try again. If it stays, pass the reference on to the people who run this service.

error-unavailable = This is busy or being serviced
error-unavailable-detail = The request could not be answered just now.
error-unavailable-advice = Wait a moment and try again.

error-refused = This request was refused
error-refused-detail = The request cannot be answered.
error-refused-advice = Go back and try again.

error-cross-site-request = This is not open to you
error-cross-site-request-detail = Another site sent this, so nothing was done.
error-cross-site-request-advice = Open the page here and send it from there.

# A failure, in development: its causes, as the log has them.
error-causes = What happened

wrong-host-answers-at = This server answers at <code>{ $address }</code>.
wrong-host-check = Check the address, or ask the people who gave it to you.
wrong-host-go = Go to { $address }
wrong-host-operator = If you run this server
wrong-host-set = Set <code>server.public_url</code> to the address people type, or make your proxy pass the original <code>Host</code>. <code>vestibule doctor</code> checks both.
wrong-host-set-in = Set in
