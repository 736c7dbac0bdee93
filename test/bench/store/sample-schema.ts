/** Apart from the rest of the sample, which makes a folder when it is imported. */
export const schema =
  'CREATE TABLE event (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL); CREATE INDEX event_by_at ON event (at)'
