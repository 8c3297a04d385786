//! Roots, collections, users, rights and tokens.

use rusqlite::{Transaction, params};

use super::entry::{Collection, NewCollection, NewRoot, Rights, Root, TokenEntry};
use super::error::{Failure, StoreError};
use super::state::Store;
use crate::secret::{self, StoredPassword, Token};
use crate::timestamp::Timestamp;

impl Store {
    /// Makes a root.
    ///
    /// # Errors
    ///
    /// The name is taken or cannot stand in an address, or the store cannot be written.
    pub fn add_root(&self, root: &NewRoot<'_>) -> Result<(), StoreError> {
        check_name("root", root.name)?;
        let sql = "INSERT OR IGNORE INTO roots (name, title, description) VALUES (?1, ?2, ?3)";
        self.write(|transaction| {
            let values = params![root.name, root.title, root.description];
            expect_new(transaction.execute(sql, values)?, "root", root.name)
        })
    }

    /// Lists the roots in the order in which they were made.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn roots(&self) -> Result<Vec<Root>, StoreError> {
        self.read(|reader| {
            let sql = "SELECT name, title, description FROM roots ORDER BY number";
            let mut statement = reader.0.prepare(sql)?;
            let root = |row: &rusqlite::Row<'_>| {
                Ok(Root { name: row.get(0)?, title: row.get(1)?, description: row.get(2)? })
            };
            statement.query_map([], root)?.collect()
        })
    }

    /// Makes a collection; nobody has rights to it yet.
    ///
    /// # Errors
    ///
    /// There is no such root, the alias is taken or cannot stand in an address, or the store cannot be written.
    pub fn add_collection(&self, new: &NewCollection<'_>) -> Result<Collection, StoreError> {
        if let Some(alias) = new.alias {
            check_name("collection", alias)?;
        }
        let id = secret::uuid()?;
        let sql = "INSERT OR IGNORE INTO collections (root, id, alias, title, description) \
            SELECT number, ?2, ?3, ?4, ?5 FROM roots WHERE name = ?1";
        self.write(|transaction| {
            find(transaction, "root", "roots", "name", new.root)?;
            // An alias that is the id of another collection would lead to either of the two.
            let sql_id = "SELECT 1 FROM collections WHERE id = lower(?1)";
            if let Some(alias) = new.alias
                && transaction.prepare_cached(sql_id)?.exists([alias])?
            {
                return expect_new(0, "collection", alias);
            }
            let values = params![new.root, id, new.alias, new.title, new.description];
            let count = transaction.execute(sql, values)?;
            expect_new(count, "collection", new.alias.unwrap_or(&id))
        })?;
        let (root, alias) = (new.root.to_owned(), new.alias.map(str::to_owned));
        let (title, description) = (new.title.to_owned(), new.description.map(str::to_owned));
        Ok(Collection { root, id, alias, title, description })
    }

    /// Lists all collections in the order in which they were made.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn collections(&self) -> Result<Vec<Collection>, StoreError> {
        self.read(|reader| {
            let sql = "SELECT roots.name, id, alias, collections.title, collections.description \
                FROM collections JOIN roots ON root = roots.number ORDER BY collections.number";
            let mut statement = reader.0.prepare(sql)?;
            let collection = |row: &rusqlite::Row<'_>| {
                let (root, id, alias) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Collection { root, id, alias, title: row.get(3)?, description: row.get(4)? })
            };
            statement.query_map([], collection)?.collect()
        })
    }

    /// Makes a user; without a password the user can log in with a token only.
    ///
    /// # Errors
    ///
    /// The name is taken, empty, over 100 characters, or has a colon or a control character, which HTTP Basic
    /// cannot send (RFC 7617, section 2); or the store cannot be written.
    pub fn add_user(&self, name: &str, password: Option<&str>) -> Result<(), StoreError> {
        check_user(name)?;
        let stored = password.map(StoredPassword::new).transpose()?;
        let (salt, hash) = (stored.map(|stored| stored.salt), stored.map(|stored| stored.hash));
        let sql = "INSERT OR IGNORE INTO users (name, salt, hash) VALUES (?1, ?2, ?3)";
        self.write(|transaction| {
            expect_new(transaction.execute(sql, params![name, salt, hash])?, "user", name)
        })
    }

    /// Returns true if this is the user's password; it takes as long where there is no such user.
    ///
    /// # Errors
    ///
    /// The store cannot be read, or there is no memory for the hash.
    pub fn is_password(&self, name: &str, password: &str) -> Result<bool, StoreError> {
        let user = self.read(|reader| reader.user(name))?;
        let stored = user.and_then(|user| user.password);
        let is_right = stored.unwrap_or(StoredPassword::NOBODY).is(password)?;
        Ok(is_right && stored.is_some())
    }

    /// Replaces a password; the old one is void at once.
    ///
    /// # Errors
    ///
    /// There is no such user, or the store cannot be written.
    pub fn set_password(&self, name: &str, password: &str) -> Result<(), StoreError> {
        let StoredPassword { salt, hash } = StoredPassword::new(password)?;
        let sql = "UPDATE users SET salt = ?2, hash = ?3 WHERE name = ?1";
        self.write(|transaction| {
            expect_found(transaction.execute(sql, params![name, salt, hash])?, "user", name)
        })
    }

    /// Removes a user with tokens, rights and statuses; objects stay.
    ///
    /// # Errors
    ///
    /// There is no such user, or the store cannot be written.
    pub fn remove_user(&self, name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM users WHERE name = ?1";
        self.write(|transaction| expect_found(transaction.execute(sql, [name])?, "user", name))
    }

    /// Lists the names of all users in alphabetical order.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn users(&self) -> Result<Vec<String>, StoreError> {
        self.read(|reader| {
            let mut statement = reader.0.prepare("SELECT name FROM users ORDER BY name")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// Sets the rights of a user to a collection, which is named by its id; the next request is bound by them.
    ///
    /// # Errors
    ///
    /// There is no such user or collection, or the store cannot be written.
    pub fn grant(&self, user: &str, collection: &str, rights: Rights) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO rights VALUES (?1, ?2, ?3, ?4)";
        self.write(|transaction| {
            let user = find(transaction, "user", "users", "name", user)?;
            let collection = find(transaction, "collection", "collections", "id", collection)?;
            transaction.execute(sql, params![user, collection, rights.read, rights.write])?;
            Ok(())
        })
    }

    /// Makes a token for a user; the text cannot be had a second time.
    ///
    /// # Errors
    ///
    /// There is no such user, or the store cannot be written.
    pub fn add_token(&self, user: &str, label: &str) -> Result<Token, StoreError> {
        let token = Token::random()?;
        let (hash, now) = (secret::token_hash(token.text()), self.clock().now().0);
        let sql = "INSERT INTO tokens (user, hash, label, created) VALUES (?1, ?2, ?3, ?4)";
        self.write(|transaction| {
            let user = find(transaction, "user", "users", "name", user)?;
            transaction.execute(sql, params![user, hash, label, now])?;
            Ok(())
        })?;
        Ok(token)
    }

    /// Lists all tokens in the order in which they were made.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn tokens(&self) -> Result<Vec<TokenEntry>, StoreError> {
        self.read(|reader| {
            let sql = "SELECT tokens.number, name, label, created FROM tokens \
                JOIN users ON user = users.number ORDER BY tokens.number";
            let mut statement = reader.0.prepare(sql)?;
            let entry = |row: &rusqlite::Row<'_>| {
                let created = Timestamp(row.get(3)?);
                Ok(TokenEntry {
                    number: row.get(0)?,
                    user: row.get(1)?,
                    label: row.get(2)?,
                    created,
                })
            };
            statement.query_map([], entry)?.collect()
        })
    }

    /// Revokes a token by its number; the next request with it is refused.
    ///
    /// # Errors
    ///
    /// There is no such token, or the store cannot be written.
    pub fn revoke_token(&self, number: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM tokens WHERE number = ?1";
        self.write(|transaction| {
            expect_found(transaction.execute(sql, [number])?, "token", &number.to_string())
        })
    }
}

/// The number of a row by its name.
fn find(
    transaction: &Transaction<'_>,
    kind: &'static str,
    table: &str,
    column: &str,
    name: &str,
) -> Result<i64, Failure> {
    let sql = format!("SELECT number FROM {table} WHERE {column} = ?1");
    match transaction.query_row(&sql, [name], |row| row.get(0)) {
        Err(rusqlite::Error::QueryReturnedNoRows) => {
            Err(StoreError::Missing { kind, name: name.to_owned() }.into())
        }
        found => Ok(found?),
    }
}

fn expect_new(count: usize, kind: &'static str, name: &str) -> Result<(), Failure> {
    let taken = || StoreError::Taken { kind, name: name.to_owned() };
    (count > 0).then_some(()).ok_or_else(|| taken().into())
}

fn expect_found(count: usize, kind: &'static str, name: &str) -> Result<(), Failure> {
    let missing = || StoreError::Missing { kind, name: name.to_owned() };
    (count > 0).then_some(()).ok_or_else(|| missing().into())
}

/// Names in addresses need no escaping, and none hides the discovery resource or climbs a folder.
fn check_name(kind: &'static str, name: &str) -> Result<(), StoreError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_allowed = (1..=100).contains(&name.len())
        && name.bytes().all(is_plain)
        && name.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && name != "taxii2";
    let error = || StoreError::Name { kind, name: name.to_owned() };
    is_allowed.then_some(()).ok_or_else(error)
}

fn check_user(name: &str) -> Result<(), StoreError> {
    let is_allowed = (1..=100).contains(&name.chars().count())
        && !name.contains(':')
        && !name.contains(char::is_control);
    let error = || StoreError::Name { kind: "user", name: name.to_owned() };
    is_allowed.then_some(()).ok_or_else(error)
}
