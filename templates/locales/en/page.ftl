# Words that stand around every page.

# The title of the window when something on the page is wrong.
page-title-wrong = Error: { $title }
# For screen readers: the list of languages at the foot of every page.
page-languages = Language
page-reference = Reference
page-skip = Skip to content
