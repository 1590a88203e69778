page-title-wrong = Fehler: { $title }
page-languages = Sprache
page-reference = Kennung
page-skip = Zum Inhalt
