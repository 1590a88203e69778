# One's own profile.

profile-title = Profile
profile-note = Applications that you allow to see your profile, e-mail, phone or address get what stands here.
profile-saved = Your profile is saved.
profile-fixed = Your organisation keeps this up to date.
profile-save = Save
profile-taken = That username is taken. Choose another one.
profile-wrong = Nothing is saved yet. Correct what is marked below.

profile-you = You
profile-phone = Phone
profile-language-and-time = Language and time
profile-address = Address
profile-organisation = In your organisation

profile-name = Name
profile-username = Username
profile-given-name = First name
profile-middle-name = Middle name
profile-family-name = Last name
profile-nickname = Nickname
profile-gender = Gender
profile-birthdate = Date of birth
profile-picture = Picture
profile-page = Profile page
profile-website = Website
profile-phone-number = Phone number
profile-locale = Language
profile-zone = Time zone
profile-street = Street and number
profile-postal-code = Postal code
profile-city = City
profile-region = State or region
profile-country = Country
profile-employee-id = Employee number

profile-username-taken = Somebody else has this one.
profile-required = This is needed.
# $form is one of the messages below.
profile-must-be = This must be { $form }.
profile-as = As { $form }.
profile-form-username = 2 to 64 of a-z, 0-9, dot, hyphen and underscore, a letter or digit first
profile-form-phone = a number with its country code, like +44 20 7946 0000
profile-form-date = a date like 1990-12-31, 1990, or 0000-12-31 without the year
profile-form-language = a language like en or pt-BR
profile-form-zone = a time zone like Europe/Berlin
profile-form-address = an address that begins with https:// or http://
profile-form-lines = at most 4 lines and 200 characters
profile-form-digits = 1 to 32 digits
profile-form-line = one line of at most 200 characters
