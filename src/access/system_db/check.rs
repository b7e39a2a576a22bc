//! The self-check: what must be true of a database, whoever wrote to it.

use super::SystemDb;
use crate::error::Result;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::collections::{HashMap, HashSet};

/// What a self-check found.
#[derive(Clone, Debug, Default)]
pub struct CheckReport {
    pub organizations: usize,
    pub closure_rows: usize,
    pub contacts: i64,
    /// A sentence each; none when all is well.
    pub faults: Vec<String>,
}

impl SystemDb {
    /// Compares the closure with the tree, and looks for references to nothing and to what they may not refer to, and versions below 1.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn check(&self) -> Result<CheckReport> {
        let parents = self
            .pairs("SELECT id, parent_id, 0 FROM organization")
            .await?;
        let parents: HashMap<_, _> = parents
            .into_iter()
            .map(|(id, parent, _)| (id, parent))
            .collect();
        let closure = self
            .pairs("SELECT ancestor_id, descendant_id, distance FROM organization_closure")
            .await?;
        let mut report = CheckReport {
            organizations: parents.len(),
            closure_rows: closure.len(),
            contacts: self.number("SELECT count(*) FROM contact").await?,
            faults: Vec::new(),
        };
        let stored: HashSet<_> = closure
            .into_iter()
            .filter_map(|(above, below, distance)| Some((above, below?, distance)))
            .collect();
        let mut expected = HashSet::new();
        for organization in parents.keys() {
            let (mut above, mut distance) = (Some(*organization), 0);
            let mut seen = HashSet::new();
            while let Some(ancestor) = above {
                if !seen.insert(ancestor) {
                    // What hangs below a cycle without being in it ends here too; the cycle itself is told by those in it.
                    if ancestor == *organization {
                        let fault = format!("organization {organization} lies below itself");
                        report.faults.push(fault);
                    }
                    break;
                }
                expected.insert((ancestor, *organization, distance));
                above = parents.get(&ancestor).copied().flatten();
                distance += 1;
            }
        }
        let missing = expected
            .difference(&stored)
            .map(|row| format!("the closure lacks {} above {} at {}", row.0, row.1, row.2));
        report.faults.extend(missing);
        let surplus = stored
            .difference(&expected)
            .map(|row| format!("the closure has {} above {} at {}", row.0, row.1, row.2));
        report.faults.extend(surplus);
        self.check_references(&mut report).await?;
        Ok(report)
    }

    async fn check_references(&self, report: &mut CheckReport) -> Result<()> {
        if self.db.engine() == DbBackend::Sqlite {
            let broken = Statement::from_string(DbBackend::Sqlite, "PRAGMA foreign_key_check");
            for row in self.db.reader().query_all_raw(broken).await? {
                let table: String = row.try_get_by_index(0)?;
                report
                    .faults
                    .push(format!("a row of {table} refers to nothing"));
            }
        }
        let questions = [
            (
                "primary contacts outside their organization",
                "SELECT count(*) FROM organization o JOIN contact c ON c.id = o.primary_contact_id
                 WHERE c.organization_id IS NULL OR c.organization_id <> o.id",
            ),
            (
                "preferred addresses of others",
                "SELECT count(*) FROM contact c JOIN address a
                 ON a.id = c.preferred_billing_address_id OR a.id = c.preferred_shipping_address_id
                 WHERE NOT coalesce(a.contact_id = c.id, false) AND NOT coalesce(a.organization_id = c.organization_id, false)",
            ),
            (
                "ship-tos that do not follow their bill-to",
                "SELECT count(*) FROM customer s JOIN customer b ON b.id = s.bill_to_id
                 WHERE b.bill_to_id IS NOT NULL OR b.sequence <> '' OR coalesce(s.organization_id <> b.organization_id,
                     (s.organization_id IS NULL) <> (b.organization_id IS NULL))
                   OR coalesce(s.sales_rep_id <> b.sales_rep_id, (s.sales_rep_id IS NULL) <> (b.sales_rep_id IS NULL))
                   OR coalesce(s.contact_id <> b.contact_id, (s.contact_id IS NULL) <> (b.contact_id IS NULL))",
            ),
            (
                "links to ship-tos of others",
                "SELECT count(*) FROM customer_link l JOIN customer b ON b.id = l.customer_id
                 LEFT JOIN customer_link_ship_to c ON c.link_id = l.id LEFT JOIN customer s ON s.id = c.ship_to_id
                 LEFT JOIN customer d ON d.id = l.default_ship_to_id
                 WHERE b.bill_to_id IS NOT NULL OR s.bill_to_id <> b.id OR coalesce(d.bill_to_id, d.id) <> b.id
                   OR (c.id IS NOT NULL AND (l.all_ship_tos OR s.bill_to_id IS NULL))",
            ),
            (
                "sales reps who report to themselves",
                "WITH RECURSIVE above(id, manager_id) AS (
                     SELECT id, manager_id FROM sales_rep UNION SELECT above.id, sales_rep.manager_id
                     FROM above JOIN sales_rep ON sales_rep.id = above.manager_id
                 ) SELECT count(*) FROM above WHERE id = manager_id",
            ),
            ("organizations with a version below 1", "SELECT count(*) FROM organization WHERE version < 1"),
            ("contacts with a version below 1", "SELECT count(*) FROM contact WHERE version < 1"),
            ("customer groups with a version below 1", "SELECT count(*) FROM customer_group WHERE version < 1"),
            (
                "customer groups numbered beyond their series",
                "SELECT count(*) FROM customer_group WHERE id >= (SELECT next_number FROM number_series WHERE name = 'customerGroup')",
            ),
        ];
        for (what, sql) in questions {
            let count = self.number(sql).await?;
            if count > 0 {
                report.faults.push(format!("{count} {what}"));
            }
        }
        Ok(())
    }

    pub(super) async fn number(&self, sql: &str) -> Result<i64> {
        let row = self
            .db
            .reader()
            .query_one_raw(Statement::from_string(self.db.engine(), sql))
            .await?;
        Ok(row
            .map(|row| row.try_get_by_index(0))
            .transpose()?
            .unwrap_or_default())
    }

    async fn pairs(&self, sql: &str) -> Result<Vec<(uuid::Uuid, Option<uuid::Uuid>, i32)>> {
        let rows = self
            .db
            .reader()
            .query_all_raw(Statement::from_string(self.db.engine(), sql))
            .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.try_get_by_index(0)?,
                    row.try_get_by_index(1)?,
                    row.try_get_by_index(2)?,
                ))
            })
            .collect()
    }
}
