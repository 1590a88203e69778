-- Over all locks, until a success.
ALTER TABLE sign_in_tries ADD COLUMN in_a_row BIGINT NOT NULL DEFAULT 0;
