-- When somebody came in for the first time: of every later browser that was not seen before they are told.
ALTER TABLE users ADD COLUMN first_in_at BIGINT;
-- When a browser last chose to be this person. Several can be signed in there.
ALTER TABLE sessions ADD COLUMN chosen_at BIGINT NOT NULL DEFAULT 0;
