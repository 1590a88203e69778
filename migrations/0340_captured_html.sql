-- A letter that was caught, as a mail program would show it. Those from before have none.
ALTER TABLE captured_letters ADD COLUMN html TEXT;
