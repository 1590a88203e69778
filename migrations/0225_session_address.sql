-- Where somebody signed in from, for the list of their sessions.
ALTER TABLE sessions ADD COLUMN address TEXT;
