//! What the outside does to a server: it dies, the database goes away. The next start puts it right without hands.

mod killed_on_postgres;
mod killed_on_sqlite;
mod whole;
