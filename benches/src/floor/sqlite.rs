//! The floor on SQLite: a connection for each worker thread, statements cached on it, run where the request is; one connection writes.

use super::answers::{
    self, ANCESTORS, BY_EMAIL, Basket, CHILDREN, CONTACT, DESCENDANTS, EMAIL_ROWS, LEVELS,
    NewContact, ORGANIZATION, PAGE, PAGE_ROWS, PEOPLE, SOURCES,
};
use super::json::{Cells, Json};
use super::{After, Answer, Store};
use crate::fault::{Fault, told};
use guildhall::clock::Clock;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const ROLES: &str =
    "SELECT s.id, s.scope, r.id, r.name FROM role_assignment s JOIN role r ON r.id = s.role_id
    WHERE s.account_id = ?1 ORDER BY s.created_at, s.id";
const BELOW: &str =
    "SELECT id, name FROM organization WHERE parent_id = ?1 ORDER BY name_key, id LIMIT 10";
const PEOPLE_OF: &str = "SELECT id, full_name FROM contact WHERE organization_id = ?1 ORDER BY full_name_key, id LIMIT 5";
/// The lowest amount, and with it the place of its source among [`SOURCES`]: one number, of which the last two bits are that place.
const PRICES: &str = "WITH buyer AS (
        SELECT m.id AS market, coalesce(c.preferred_currency, m.default_currency) AS currency,
            'G' || coalesce(o.customer_group_id, c.customer_group_id) AS of_group, 'A' || lower(hex(a.id)) AS of_account
        FROM contact c CROSS JOIN market m LEFT JOIN organization o ON o.id = c.organization_id LEFT JOIN account a ON a.contact_id = c.id
        WHERE c.id = ?1 AND m.code = ?3
    ) SELECT v.value, min(p.amount * 4 + CASE p.source WHEN 'ACCOUNT' THEN 0 WHEN 'CUSTOMER_GROUP' THEN 1 ELSE 2 END), buyer.currency
    FROM buyer CROSS JOIN json_each(?2) v LEFT JOIN price p INDEXED BY price_key
        ON p.variant_code = v.value AND p.buyer_key IN ('', buyer.of_group, buyer.of_account) AND p.market_id = buyer.market
            AND p.currency = buyer.currency AND p.min_quantity <= 1000000000 AND p.valid_from <= ?4
            AND (p.valid_until IS NULL OR p.valid_until > ?4)
    GROUP BY v.key ORDER BY v.key";
const CREATE: &str = "INSERT INTO contact (id, external_id_key, first_name, last_name, last_name_key, full_name, full_name_key, email,
    email_key, search_key, accepts_marketing, organization_id, version, created_at, updated_at)
    VALUES (?1, '', ?2, ?3, lower(?3), ?4, lower(?4), ?5, lower(?5), lower(?4 || ' ' || ?5), false, ?6, 1,
        strftime('%Y-%m-%dT%H:%M:%f+00:00'), strftime('%Y-%m-%dT%H:%M:%f+00:00'))";

const SETTINGS: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA mmap_size = 2147418112; PRAGMA cache_size = -16384; PRAGMA busy_timeout = 5000;";
const CACHED_STATEMENTS: usize = 32;

impl Cells for Row<'_> {
    fn text(&self, at: usize) -> Option<&str> {
        self.get_ref(at).ok()?.as_str().ok()
    }

    fn uuid(&self, at: usize) -> Option<Uuid> {
        match self.get_ref(at) {
            Ok(ValueRef::Blob(bytes)) => Uuid::from_slice(bytes).ok(),
            _ => None,
        }
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.get_ref(at).ok()?.as_i64().ok()
    }

    fn yes(&self, at: usize) -> bool {
        self.number(at) == Some(1)
    }
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// The file, and the connection that writes.
#[derive(Clone)]
pub struct Floor(Arc<(String, Mutex<Connection>, Clock)>);

fn open(path: &str) -> Result<Connection, Fault> {
    let connection = Connection::open(path)?;
    connection.execute_batch(SETTINGS)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    Ok(connection)
}

impl Floor {
    pub fn new(path: &str) -> Result<Self, Fault> {
        let writer = Mutex::new(open(path)?);
        Ok(Self(Arc::new((path.to_owned(), writer, Clock::system()))))
    }

    /// Reads on this thread's connection.
    fn read(&self, read: impl FnOnce(&Connection, &mut Json) -> Result<(), Fault>) -> Answer {
        READER.with_borrow_mut(|reader| {
            let connection = match reader {
                Some(connection) => connection,
                none => none.insert(open(&self.0.0)?),
            };
            let mut out = Json::default();
            read(connection, &mut out)?;
            Ok(out.0)
        })
    }
}

/// Writes the rows of a statement as the items of a list; answers how many there were. At most `most` are written.
fn items(
    on: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
    most: usize,
    out: &mut Json,
    mut item: impl FnMut(&mut Json, &Row) -> Result<(), Fault>,
) -> Result<usize, Fault> {
    let mut statement = on.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let (mut first, mut count) = (true, 0);
    while let Some(row) = rows.next()? {
        count += 1;
        if count <= most {
            out.comma(&mut first);
            item(out, row)?;
        }
    }
    Ok(count)
}

fn name_of(on: &Connection, id: Uuid) -> Result<String, Fault> {
    let mut statement = on.prepare_cached(ORGANIZATION)?;
    Ok(statement.query_row([id], |row| row.get(1))?)
}

fn branch(
    on: &Connection,
    out: &mut Json,
    id: Uuid,
    name: &str,
    level: usize,
) -> Result<(), Fault> {
    answers::open_organization(out, id, Some(name));
    out.raw(",\"contacts\":{\"nodes\":[");
    items(on, PEOPLE_OF, [id], PEOPLE, out, |out, row| {
        answers::person(out, row, 0);
        Ok(())
    })?;
    out.raw("]}");
    if level < LEVELS {
        out.raw(",\"children\":{\"nodes\":[");
        let mut statement = on.prepare_cached(BELOW)?;
        let children: Vec<(Uuid, String)> = statement
            .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .take(CHILDREN)
            .collect::<Result<_, _>>()?;
        drop(statement);
        let mut first = true;
        for (child, name) in children {
            out.comma(&mut first);
            branch(on, out, child, &name, level + 1)?;
        }
        out.raw("]}");
    }
    out.raw("}");
    Ok(())
}

impl Store for Floor {
    async fn contact(&self, id: Uuid) -> Answer {
        self.read(|on, out| {
            out.raw("{\"data\":{\"contact\":");
            let found = items(on, CONTACT, [id], 1, out, |out, row| {
                answers::contact(out, row);
                Ok(())
            })?;
            out.raw(if found == 0 { "null}}" } else { "}}" });
            Ok(())
        })
    }

    async fn page(&self, from: After) -> Answer {
        self.read(|on, out| {
            out.raw("{\"data\":{\"contacts\":{\"nodes\":[");
            let values = (from.key, from.id);
            let count = items(on, PAGE, values, PAGE_ROWS, out, |out, row| {
                let mut roles = Ok(0);
                answers::row_of_page(out, row, |out, account| {
                    roles = items(on, ROLES, [account], usize::MAX, out, |out, row| {
                        answers::role(out, row, 0);
                        Ok(())
                    });
                });
                roles.map(drop)
            })?;
            answers::end_of_page(out, count > PAGE_ROWS);
            Ok(())
        })
    }

    async fn tree(&self, id: Uuid) -> Answer {
        self.read(|on, out| {
            out.raw("{\"data\":{\"organization\":");
            branch(on, out, id, &name_of(on, id)?, 1)?;
            out.raw("}}");
            Ok(())
        })
    }

    async fn ancestors(&self, id: Uuid) -> Answer {
        self.read(|on, out| {
            out.raw("{\"data\":{\"organization\":");
            answers::open_organization(out, id, Some(&name_of(on, id)?));
            out.raw(",\"ancestors\":[");
            items(on, ANCESTORS, [id], usize::MAX, out, |out, row| {
                answers::open_organization(out, row.uuid(0).unwrap_or_default(), row.text(1));
                out.raw("}");
                Ok(())
            })?;
            out.raw("]}}}");
            Ok(())
        })
    }

    async fn descendants(&self, id: Uuid) -> Answer {
        self.read(|on, out| {
            out.raw("{\"data\":{\"organization\":{")
                .id("organization", id);
            out.raw(",\"descendants\":{\"nodes\":[");
            items(on, DESCENDANTS, [id], usize::MAX, out, |out, row| {
                answers::descendant(out, row);
                Ok(())
            })?;
            out.raw("]}}}}");
            Ok(())
        })
    }

    async fn by_email(&self, from: After) -> Answer {
        let end = guildhall::text::after_prefix(&from.prefix).unwrap_or_default();
        self.read(|on, out| {
            out.raw("{\"data\":{\"contacts\":{\"nodes\":[");
            let values = (from.key, from.id, end);
            let count = items(on, BY_EMAIL, values, EMAIL_ROWS, out, |out, row| {
                answers::row_by_email(out, row);
                Ok(())
            })?;
            answers::end_of_page(out, count > EMAIL_ROWS);
            Ok(())
        })
    }

    async fn prices(&self, basket: Basket) -> Answer {
        let now = self.0.2.now().to_rfc3339();
        let codes = serde_json::to_string(&basket.codes)?;
        self.read(|on, out| {
            out.raw("{\"data\":{\"prices\":[");
            let values = (basket.contact, codes, basket.market, now);
            items(on, PRICES, values, usize::MAX, out, |out, row| {
                let price = row.number(1).map(|lowest| {
                    let source = SOURCES[(lowest & 3) as usize];
                    (lowest >> 2, row.text(2), source)
                });
                answers::priced(out, row.text(0), price);
                Ok(())
            })?;
            out.raw("]}}");
            Ok(())
        })
    }

    async fn create(&self, contact: NewContact) -> Answer {
        let (id, full_name) = (self.0.2.id(), contact.full_name());
        let writer = self
            .0
            .1
            .lock()
            .map_err(|_| told("a writer has failed before"))?;
        let mut statement = writer.prepare_cached(CREATE)?;
        statement.execute((
            id,
            contact.first_name,
            contact.last_name,
            &full_name,
            contact.email,
            contact.organization_id,
        ))?;
        Ok(answers::made(id, &full_name))
    }
}
