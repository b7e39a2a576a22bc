//! The floor on PostgreSQL: prepared statements on four connections that requests share.

use super::answers::{
    self, ANCESTORS, BY_EMAIL, Basket, CHILDREN, CONTACT, DESCENDANTS, EMAIL_ROWS, LEVELS,
    NewContact, ORGANIZATION, PAGE, PAGE_ROWS, PEOPLE,
};
use super::json::{Cells, Json};
use super::{After, Answer, Store};
use crate::fault::Fault;
use guildhall::clock::Clock;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

const CONNECTIONS: usize = 4;

const ROLES: &str = "SELECT s.account_id, s.id, s.scope, r.id, r.name FROM role_assignment s JOIN role r ON r.id = s.role_id
    WHERE s.account_id = ANY($1) ORDER BY s.account_id, s.created_at, s.id";

const BELOW: &str = "SELECT u.id, o.id, o.name FROM unnest($1::uuid[]) u(id) CROSS JOIN LATERAL (SELECT id, name, name_key
    FROM organization WHERE parent_id = u.id ORDER BY name_key, id LIMIT 11) o ORDER BY u.id, o.name_key, o.id";

const PEOPLE_OF: &str = "SELECT u.id, c.id, c.full_name FROM unnest($1::uuid[]) u(id) CROSS JOIN LATERAL (SELECT id, full_name, full_name_key
    FROM contact WHERE organization_id = u.id ORDER BY full_name_key, id LIMIT 6) c ORDER BY u.id, c.full_name_key, c.id";

/// The words of sources sort as they count.
const PRICES: &str = "WITH buyer AS (
        SELECT m.id AS market, coalesce(c.preferred_currency, m.default_currency) AS currency,
            ARRAY['', 'G' || coalesce(o.customer_group_id, c.customer_group_id), 'A' || replace(a.id::text, '-', '')] AS keys
        FROM contact c CROSS JOIN market m LEFT JOIN organization o ON o.id = c.organization_id LEFT JOIN account a ON a.contact_id = c.id
        WHERE c.id = $1 AND m.code = $3
    ) SELECT v.code, p.amount, p.currency, p.source
    FROM buyer CROSS JOIN unnest($2::text[]) WITH ORDINALITY v(code, nth) LEFT JOIN LATERAL (
        SELECT amount, currency, source FROM price
        WHERE variant_code = v.code AND buyer_key = ANY(buyer.keys) AND market_id = buyer.market AND price.currency = buyer.currency
            AND min_quantity <= 1000000000 AND valid_from <= now() AND (valid_until IS NULL OR valid_until > now())
        ORDER BY amount, source LIMIT 1
    ) p ON TRUE ORDER BY v.nth";

const CREATE: &str = "INSERT INTO contact (id, external_id_key, first_name, last_name, last_name_key, full_name, full_name_key, email,
    email_key, search_key, accepts_marketing, organization_id, version, created_at, updated_at)
    VALUES ($1, '', $2, $3, lower($3), $4, lower($4), $5, lower($5), lower($4 || ' ' || $5), false, $6, 1, now(), now())";

impl Cells for Row {
    fn text(&self, at: usize) -> Option<&str> {
        self.get(at)
    }

    fn uuid(&self, at: usize) -> Option<Uuid> {
        self.get(at)
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.get(at)
    }

    fn yes(&self, at: usize) -> bool {
        self.get(at)
    }
}

/// One connection with all statements, prepared once.
struct Prepared {
    client: Client,
    contact: Statement,
    page: Statement,
    roles: Statement,
    organization: Statement,
    below: Statement,
    people: Statement,
    ancestors: Statement,
    descendants: Statement,
    by_email: Statement,
    prices: Statement,
    create: Statement,
}

impl Prepared {
    async fn new(url: &str) -> Result<Self, Fault> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        Ok(Self {
            contact: client.prepare(CONTACT).await?,
            page: client.prepare(PAGE).await?,
            roles: client.prepare(ROLES).await?,
            organization: client.prepare(ORGANIZATION).await?,
            below: client.prepare(BELOW).await?,
            people: client.prepare(PEOPLE_OF).await?,
            ancestors: client.prepare(ANCESTORS).await?,
            descendants: client.prepare(DESCENDANTS).await?,
            by_email: client.prepare(BY_EMAIL).await?,
            prices: client.prepare(PRICES).await?,
            create: client.prepare(CREATE).await?,
            client,
        })
    }
}

/// The connections, which take turns.
#[derive(Clone)]
pub struct Floor(Arc<(Vec<Prepared>, AtomicUsize, Clock)>);

impl Floor {
    pub async fn new(url: &str) -> Result<Self, Fault> {
        let mut all = Vec::new();
        for _ in 0..CONNECTIONS {
            all.push(Prepared::new(url).await?);
        }
        Ok(Self(Arc::new((all, AtomicUsize::new(0), Clock::system()))))
    }

    fn next(&self) -> &Prepared {
        let (all, turn, _) = &*self.0;
        &all[turn.fetch_add(1, Ordering::Relaxed) % all.len()]
    }
}

/// Rows by the id in their first column.
fn by_first(rows: &[Row]) -> HashMap<Uuid, Vec<&Row>> {
    let mut found: HashMap<Uuid, Vec<&Row>> = HashMap::new();
    for row in rows {
        found.entry(row.get(0)).or_default().push(row);
    }
    found
}

impl Store for Floor {
    async fn contact(&self, id: Uuid) -> Answer {
        let on = self.next();
        let mut out = Json::default();
        out.raw("{\"data\":{\"contact\":");
        match on.client.query_opt(&on.contact, &[&id]).await? {
            None => {
                out.raw("null");
            }
            Some(row) => answers::contact(&mut out, &row),
        }
        out.raw("}}");
        Ok(out.0)
    }

    async fn page(&self, from: After) -> Answer {
        let on = self.next();
        let rows = on.client.query(&on.page, &[&from.key, &from.id]).await?;
        let accounts: Vec<Uuid> = rows.iter().filter_map(|row| row.uuid(11)).collect();
        let held = on.client.query(&on.roles, &[&accounts]).await?;
        let roles = by_first(&held);
        let mut out = Json::default();
        out.raw("{\"data\":{\"contacts\":{\"nodes\":[");
        let mut first = true;
        for row in rows.iter().take(PAGE_ROWS) {
            out.comma(&mut first);
            answers::row_of_page(&mut out, row, |out, account| {
                let mut first = true;
                for row in roles.get(&account).into_iter().flatten() {
                    out.comma(&mut first);
                    answers::role(out, *row, 1);
                }
            });
        }
        answers::end_of_page(&mut out, rows.len() > PAGE_ROWS);
        Ok(out.0)
    }

    async fn tree(&self, id: Uuid) -> Answer {
        let on = self.next();
        let top = on.client.query_one(&on.organization, &[&id]).await?;
        // Level by level, then all people at once: six statements.
        let mut names: HashMap<Uuid, String> = HashMap::from([(id, top.get(1))]);
        let mut below: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        let mut level = vec![id];
        for _ in 1..LEVELS {
            let rows = on.client.query(&on.below, &[&level]).await?;
            level = Vec::with_capacity(rows.len());
            for row in &rows {
                let (parent, child): (Uuid, Uuid) = (row.get(0), row.get(1));
                let siblings = below.entry(parent).or_default();
                if siblings.len() < CHILDREN {
                    siblings.push(child);
                    names.insert(child, row.get(2));
                    level.push(child);
                }
            }
        }
        let all: Vec<Uuid> = names.keys().copied().collect();
        let rows = on.client.query(&on.people, &[&all]).await?;
        let branches = Branches {
            names,
            below,
            people: by_first(&rows),
        };
        let mut out = Json::default();
        out.raw("{\"data\":{\"organization\":");
        branches.write(&mut out, id, 1);
        out.raw("}}");
        Ok(out.0)
    }

    async fn ancestors(&self, id: Uuid) -> Answer {
        let on = self.next();
        // Both at once: one way to the database and back.
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 1] = [&id];
        let own = on.client.query_one(&on.organization, &values);
        let (own, above) = tokio::join!(own, on.client.query(&on.ancestors, &values));
        let mut out = Json::default();
        out.raw("{\"data\":{\"organization\":");
        answers::open_organization(&mut out, id, own?.text(1));
        out.raw(",\"ancestors\":[");
        let mut first = true;
        for row in &above? {
            out.comma(&mut first);
            answers::open_organization(&mut out, row.get(0), row.text(1));
            out.raw("}");
        }
        out.raw("]}}}");
        Ok(out.0)
    }

    async fn descendants(&self, id: Uuid) -> Answer {
        let on = self.next();
        let rows = on.client.query(&on.descendants, &[&id]).await?;
        let mut out = Json::default();
        out.raw("{\"data\":{\"organization\":{")
            .id("organization", id);
        out.raw(",\"descendants\":{\"nodes\":[");
        let mut first = true;
        for row in &rows {
            out.comma(&mut first);
            answers::descendant(&mut out, row);
        }
        out.raw("]}}}}");
        Ok(out.0)
    }

    async fn by_email(&self, from: After) -> Answer {
        let on = self.next();
        let end = guildhall::text::after_prefix(&from.prefix).unwrap_or_default();
        let rows = on
            .client
            .query(&on.by_email, &[&from.key, &from.id, &end])
            .await?;
        let mut out = Json::default();
        out.raw("{\"data\":{\"contacts\":{\"nodes\":[");
        let mut first = true;
        for row in rows.iter().take(EMAIL_ROWS) {
            out.comma(&mut first);
            answers::row_by_email(&mut out, row);
        }
        answers::end_of_page(&mut out, rows.len() > EMAIL_ROWS);
        Ok(out.0)
    }

    async fn prices(&self, basket: Basket) -> Answer {
        let on = self.next();
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&basket.contact, &basket.codes, &basket.market];
        let mut out = Json::default();
        out.raw("{\"data\":{\"prices\":[");
        let mut first = true;
        for row in &on.client.query(&on.prices, &values).await? {
            let price = row
                .get::<_, Option<i64>>(1)
                .map(|amount| (amount, row.text(2), row.get(3)));
            answers::priced(out.comma(&mut first), row.text(0), price);
        }
        out.raw("]}}");
        Ok(out.0)
    }

    async fn create(&self, contact: NewContact) -> Answer {
        let on = self.next();
        let (id, full_name) = (self.0.2.id(), contact.full_name());
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] = [
            &id,
            &contact.first_name,
            &contact.last_name,
            &full_name,
            &contact.email,
            &contact.organization_id,
        ];
        on.client.execute(&on.create, &values).await?;
        Ok(answers::made(id, &full_name))
    }
}

/// A tree before it is written.
struct Branches<'r> {
    names: HashMap<Uuid, String>,
    below: HashMap<Uuid, Vec<Uuid>>,
    people: HashMap<Uuid, Vec<&'r Row>>,
}

impl Branches<'_> {
    fn write(&self, out: &mut Json, id: Uuid, level: usize) {
        answers::open_organization(out, id, self.names.get(&id).map(String::as_str));
        out.raw(",\"contacts\":{\"nodes\":[");
        let mut first = true;
        for row in self.people.get(&id).into_iter().flatten().take(PEOPLE) {
            out.comma(&mut first);
            answers::person(out, *row, 1);
        }
        out.raw("]}");
        if level < LEVELS {
            out.raw(",\"children\":{\"nodes\":[");
            let mut first = true;
            for child in self.below.get(&id).into_iter().flatten() {
                out.comma(&mut first);
                self.write(out, *child, level + 1);
            }
            out.raw("]}");
        }
        out.raw("}");
    }
}
