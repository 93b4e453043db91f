-- In which characters a text is written; null when it is no text, when the text says so itself, or when
-- it was stored before this was looked for.
alter table media add column charset text;
